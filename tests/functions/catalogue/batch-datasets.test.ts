import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

const kaggle = (ref: string) => `https://www.kaggle.com/datasets/${ref}`;

describe.skipIf(!hasDatabase)('POST /datasets:batch', () => {
  const database = useDatabase();
  const api = useApi(database);
  const sql = useSql(database);
  let count = 0;
  /** Names that no other test has. */
  const fresh = () => `ada/set-${count++}`;
  const batch = (datasets: unknown, query = '', headers = {}) =>
    api.post(`/datasets:batch${query}`, { datasets } as object, headers);
  const outcomes = (response: { json(): { results: { outcome: string }[] } }) =>
    response.json().results.map(({ outcome }) => outcome);
  const registered = async (ref: string) =>
    (await sql('SELECT count(*)::int AS n FROM datasets WHERE mirror_ref = $1', [ref]))[0]?.n;

  it('registers what is new, with its first sync, and leaves it alone the next time', async () => {
    const [a, b] = [fresh(), fresh()];
    const items = [
      { source_url: kaggle(a) },
      { source_url: kaggle(b), name: ' Mine ', description: 'x' },
      { source_url: `https://example.org/${a}`, name: 'Elsewhere' },
    ];
    const first = await batch(items);
    expect(first.status).toBe(200);
    const { dry_run, results } = first.json();
    expect(dry_run).toBe(false);
    expect(results).toEqual(
      [0, 1, 2].map((index) => ({ index, outcome: 'created', id: expect.any(Number), problem: null })),
    );
    expect((await api.get(`/datasets/${results[0].id}`)).json()).toMatchObject({
      name: a,
      mirror: { ref: a },
    });
    expect((await api.get(`/datasets/${results[1].id}`)).json()).toMatchObject({
      name: 'Mine',
      description: 'x',
    });
    const syncs = await sql(
      'SELECT syncs.state FROM syncs JOIN mirrors ON mirrors.id = mirror_id WHERE ref = ANY($1)',
      [[a, b]],
    );
    expect(syncs).toEqual([{ state: 'queued' }, { state: 'queued' }]);
    const second = await batch(items);
    expect(second.json().results).toEqual(
      results.map((result: object) => ({ ...result, outcome: 'unchanged' })),
    );
  });

  it('matches by mirror and pin, however the address is spelled; members that are absent stay', async () => {
    const ref = fresh();
    const [created] = (await batch([{ source_url: kaggle(ref), description: 'kept' }])).json().results;
    const answer = await batch([
      { source_url: `http://kaggle.com/${ref.toUpperCase()}/data`, name: 'Renamed' },
      { source_url: kaggle(`${ref}/versions/3`) },
      { source_url: kaggle(ref), description: null },
    ]);
    expect(outcomes(answer)).toEqual(['updated', 'created', 'updated']);
    const dataset = await api.get(`/datasets/${created.id}`);
    expect(dataset.json()).toMatchObject({ name: 'Renamed', description: null, source_url: kaggle(ref) });
    // One change, not two.
    expect(dataset.headers.etag).toBe(`"${created.id}.2"`);
  });

  it('lets a later item see what an earlier one adds', async () => {
    const ref = fresh();
    const answer = await batch([
      { source_url: kaggle(ref) },
      { source_url: kaggle(ref), name: 'Second thought' },
      { source_url: kaggle(ref) },
    ]);
    expect(outcomes(answer)).toEqual(['created', 'updated', 'unchanged']);
    const ids = new Set(answer.json().results.map(({ id }: { id: number }) => id));
    expect(ids.size).toBe(1);
    expect((await api.get(`/datasets/${[...ids][0]}`)).json().name).toBe('Second thought');
  });

  it('says of each item what is wrong with it, and takes the others', async () => {
    const ref = fresh();
    for (const name of ['one', 'two']) await api.post('/datasets', { name, source_url: kaggle(ref) });
    const good = fresh();
    const answer = await batch([
      { source_url: 'ftp://example.org' },
      7,
      { source_url: kaggle(fresh()), name: ' ', extra: 1 },
      { source_url: 'https://example.org/nameless' },
      { source_url: `${kaggle(fresh())}/versions/01` },
      { source_url: kaggle(ref) },
      { source_url: kaggle(good) },
    ]);
    expect(answer.status).toBe(200);
    const { results } = answer.json();
    const found = results.map(
      ({
        outcome,
        problem,
      }: {
        outcome: string;
        problem: null | { type: string; errors: { code: string; pointer: string }[] };
      }) => [
        outcome,
        problem?.type,
        ...(problem?.errors ?? []).map(({ code, pointer }) => `${code} ${pointer}`).sort(),
      ],
    );
    const invalid = ['invalid', '/problems/validation-failed'];
    expect(found).toEqual([
      [...invalid, 'invalid /datasets/0/source_url'],
      [...invalid, 'wrong-type /datasets/1'],
      [...invalid, 'too-short /datasets/2/name', 'unknown /datasets/2/extra'],
      [...invalid, 'required /datasets/3/name'],
      [...invalid, 'malformed /datasets/4/source_url'],
      ['invalid', '/problems/ambiguous', 'ambiguous /datasets/5/source_url'],
      ['created', undefined],
    ]);
    expect(await registered(good)).toBe(1);
  });

  it('atomic: writes nothing if one is invalid, and names all that are', async () => {
    const ref = fresh();
    const answer = await batch(
      [{ source_url: kaggle(ref) }, {}, { source_url: 'https://example.org/x' }],
      '?atomic=true',
    );
    expect(answer.status).toBe(400);
    expect(answer.json().errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/datasets/1/source_url',
      '/datasets/2/name',
    ]);
    expect(await registered(ref)).toBe(0);
    expect(outcomes(await batch([{ source_url: kaggle(ref) }], '?atomic=true'))).toEqual(['created']);
  });

  it('dry_run: says the same, and writes nothing, not even the key', async () => {
    const ref = fresh();
    const items = [{ source_url: kaggle(ref) }, { source_url: kaggle(ref), name: 'x' }, {}];
    const key = { 'idempotency-key': crypto.randomUUID() };
    const preview = await batch(items, '?dry_run=true', key);
    expect(preview.json()).toMatchObject({ dry_run: true });
    expect((await batch(items, '?dry_run=true', { 'idempotency-key': 'a b' })).status).toBe(400);
    expect(preview.json().results.map(({ id }: { id: unknown }) => id)).toEqual([null, null, null]);
    expect(await registered(ref)).toBe(0);
    const real = await batch(items, '', key);
    expect(outcomes(real)).toEqual(outcomes(preview));
    expect(real.headers['idempotency-replayed']).toBeUndefined();
    expect(await registered(ref)).toBe(1);
  });

  it('repeats its answer for an Idempotency-Key', async () => {
    const key = { 'idempotency-key': crypto.randomUUID() };
    const items = [{ source_url: kaggle(fresh()) }];
    const first = await batch(items, '', key);
    const second = await batch(items, '', key);
    expect([second.status, second.text]).toEqual([200, first.text]);
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect((await batch(items, '?atomic=true', key)).status).toBe(422);
  });

  it('adds each source once, however many batches come at the same time', async () => {
    const refs = Array.from({ length: 50 }, fresh);
    const items = refs.map((ref) => ({ source_url: kaggle(ref) }));
    const answers = await Promise.all(
      [items, items.toReversed(), items, items.toReversed()].map((list) => batch(list)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    for (const ref of refs) expect(await registered(ref)).toBe(1);
  });

  it('takes 1,000 items and no more', async () => {
    const items = Array.from({ length: 1_000 }, () => ({ source_url: kaggle(fresh()) }));
    const answer = await batch(items);
    expect(new Set(outcomes(answer))).toEqual(new Set(['created']));
    const ids = answer.json().results.map(({ id }: { id: number }) => id);
    expect(ids).toEqual(ids.toSorted((a: number, b: number) => a - b));
    const more = await batch([...items, ...items.slice(0, 1)]);
    expect(more.status).toBe(400);
    expect(more.json().errors).toMatchObject([{ pointer: '/datasets', code: 'out-of-range' }]);
  });

  it.each([[{}], [null], [{ datasets: {} }], [{ datasets: [], extra: 1 }]])(
    'refuses the body %j',
    async (body) => {
      expect((await api.post('/datasets:batch', body as object)).status).toBe(400);
    },
  );

  it('finds datasets by address with an index', async () => {
    await sql(
      "INSERT INTO datasets (name, source_url) SELECT 'x', 'https://example.org/' || i FROM generate_series(1, 20000) i",
    );
    await sql('ANALYZE datasets');
    const plan = await sql(
      `EXPLAIN SELECT id FROM datasets WHERE source_url = 'https://example.org/7' AND mirror_ref IS NULL`,
    );
    expect(JSON.stringify(plan)).toContain('datasets_source_url');
  });
});
