import type { CommonQueryMethods, DatabaseTransactionConnection } from 'slonik';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDatabase } from '#shared/data/database.ts';
import { insertDataset, updateDataset } from '#shared/data/datasets.ts';
import { sql as slonikSql } from '#shared/data/sql.ts';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

interface Change {
  id: string;
  type: string;
  time: string;
  subject: string;
  data: Record<string, unknown>;
}

describe.skipIf(!hasDatabase)('GET /changes', () => {
  const database = useDatabase();
  const api = useApi(database);
  const sql = useSql(database);
  let count = 0;
  const create = async (body: object = {}) =>
    (await api.post('/datasets', { name: `changing ${count++}`, ...body })).json();
  const read = async (query = '') => {
    const answer = await api.get(`/changes${query}`);
    expect([query, answer.status]).toEqual([query, 200]);
    return answer.json() as { changes: Change[]; next_cursor: string };
  };
  const now = async () => (await read('?after=now')).next_cursor;
  const kinds = ({ changes }: { changes: Change[] }) =>
    changes.map(({ type, subject }) => `${type} ${subject}`);
  it('tells of datasets as they were made, changed and removed', async () => {
    const start = await now();
    const created = await create({
      description: 'ä "quoted"',
      source_url: 'https://kaggle.com/datasets/Ada/Told',
    });
    const updated = await api.send({
      method: 'PATCH',
      url: `/datasets/${created.id}`,
      payload: { source_url: 'https://www.kaggle.com/datasets/ada/moved/versions/2' },
    });
    const renamed = await api.send({
      method: 'PATCH',
      url: `/datasets/${created.id}`,
      payload: { name: 'x' },
    });
    await api.send({ method: 'DELETE', url: `/datasets/${created.id}` });
    const { changes, next_cursor } = await read(`?after=${start}`);
    expect(changes.map(({ data, ...change }) => [change.type, change.subject, data])).toEqual([
      ['dataset.created', `datasets/${created.id}`, created],
      ['dataset.updated', `datasets/${created.id}`, updated.json()],
      ['dataset.updated', `datasets/${created.id}`, renamed.json()],
      ['dataset.deleted', `datasets/${created.id}`, renamed.json()],
    ]);
    expect(changes[0]?.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(next_cursor).toBe(changes.at(-1)?.id);
  });

  it('tells nothing of a write that was refused', async () => {
    const { id } = await create();
    const start = await now();
    const stale = { 'if-match': '"1.99"' };
    await api.send({ method: 'PUT', url: `/datasets/${id}`, payload: { name: 'x' }, headers: stale });
    await api.send({ method: 'DELETE', url: `/datasets/${id}`, headers: stale });
    await api.post('/datasets:batch?dry_run=true', {
      datasets: [{ source_url: 'https://kaggle.com/datasets/a/dry' }],
    });
    expect((await read(`?after=${start}`)).changes).toEqual([]);
  });

  it('tells of each dataset of a batch', async () => {
    const start = await now();
    const datasets = ['a/batch', 'b/batch'].map((ref) => ({
      source_url: `https://kaggle.com/datasets/${ref}`,
    }));
    const { results } = (await api.post('/datasets:batch', { datasets })).json();
    await api.post('/datasets:batch', { datasets: [{ ...datasets[1], name: 'renamed' }] });
    expect(kinds(await read(`?after=${start}`))).toEqual([
      `dataset.created datasets/${results[0].id}`,
      `dataset.created datasets/${results[1].id}`,
      `dataset.updated datasets/${results[1].id}`,
    ]);
  });

  it('goes on in pages, from an id or a next_cursor alike, and stays where it is at the end', async () => {
    const start = await now();
    for (let i = 0; i < 5; i++) await create();
    const whole = await read(`?after=${start}`);
    const first = await read(`?after=${start}&limit=2`);
    expect(first.next_cursor).toBe(first.changes[1]?.id);
    const rest = await read(`?after=${first.changes[1]?.id}`);
    expect([...first.changes, ...rest.changes]).toEqual(whole.changes);
    expect(await read(`?after=${rest.next_cursor}`)).toEqual({ changes: [], next_cursor: rest.next_cursor });
    expect((await read('?limit=1')).changes).toHaveLength(1);
  });

  it('filters by type and dataset, and gets on where nothing fits', async () => {
    const start = await now();
    const [one, two] = [await create(), await create()];
    await api.send({ method: 'DELETE', url: `/datasets/${two.id}` });
    expect(kinds(await read(`?after=${start}&dataset_id=${one.id}`))).toEqual([
      `dataset.created datasets/${one.id}`,
    ]);
    expect(kinds(await read(`?after=${start}&type=dataset.deleted,version.ready`))).toEqual([
      `dataset.deleted datasets/${two.id}`,
    ]);
    const none = await read(`?after=${start}&type=tables.ready`);
    expect(none).toEqual({ changes: [], next_cursor: (await read(`?after=${start}`)).next_cursor });
  });

  /** Statements of the code under test, within a transaction that the test holds open. */
  async function writer() {
    const pool = await createDatabase({
      url: database.url,
      name: 'writer',
      poolSize: 1,
      statementTimeout: 60_000,
      validateRows: true,
    });
    const begun = Promise.withResolvers<DatabaseTransactionConnection>();
    const commit = Promise.withResolvers<boolean>();
    const over = pool.transaction(async (tx) => {
      begun.resolve(tx);
      if (!(await commit.promise)) throw new Error('rolled back');
    });
    over.catch(() => {});
    onTestFinished(async () => {
      commit.resolve(false);
      await over.catch(() => {});
      await pool.end();
    });
    const end = (keep: boolean) => {
      commit.resolve(keep);
      return over.catch(() => {});
    };
    return { tx: await begun.promise, commit: () => end(true), rollback: () => end(false) };
  }
  const insert = (tx: CommonQueryMethods, name: string) =>
    insertDataset(tx, { name, description: null, source_url: null, mirror_ref: null, pinned_version: null });
  const namesBehind = async (cursor: string) =>
    (await read(`?after=${cursor}`)).changes.map(({ data }) => data.name);

  it('misses nothing of two writers that commit in the opposite order', async () => {
    const start = await now();
    const [early, late] = [await writer(), await writer()];
    await insert(early.tx, 'early');
    await insert(late.tx, 'late');
    await late.commit();
    const meanwhile = await read(`?after=${start}`);
    expect(meanwhile.changes).toEqual([]);
    await early.commit();
    expect(await namesBehind(meanwhile.next_cursor)).toEqual(['early', 'late']);
  });

  it('is not held up by a transaction that writes no changes', async () => {
    const start = await now();
    const { tx } = await writer();
    await tx.query(slonikSql.typeAlias('void')`CREATE TEMP TABLE anything ()`);
    await create();
    expect((await read(`?after=${start}`)).changes).toHaveLength(1);
  });

  it('keeps the order of one dataset, whichever transaction began first', async () => {
    const dataset = await create();
    const start = await now();
    const slow = await writer();
    await insert(slow.tx, 'another');
    await api.send({ method: 'PATCH', url: `/datasets/${dataset.id}`, payload: { name: 'first' } });
    await updateDataset(slow.tx, dataset.id, { name: 'second' }, { only: null, except: [] });
    await slow.commit();
    expect(await namesBehind(start)).toEqual(['another', 'first', 'second']);
  });

  it('tells nothing of a transaction that was rolled back, and waits no longer for it', async () => {
    const start = await now();
    const open = await writer();
    await insert(open.tx, 'never');
    await insert((await writer()).tx, 'never either');
    const kept = await create();
    expect((await read(`?after=${start}`)).changes).toEqual([]);
    await open.rollback();
    expect((await read(`?after=${start}`)).changes).toEqual([]);
    await sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'writer'`,
    );
    await expect.poll(() => namesBehind(start)).toEqual([kept.name]);
  });

  it('gives eight writers to a reader at the same time, each change once and in order', {
    timeout: 120_000,
  }, async () => {
    const start = await now();
    let writing = 8;
    const writers = Array.from({ length: 8 }, async (_, by) => {
      for (let i = 0; i < 40; i++) await create({ description: `${by}.${i}` });
      writing -= 1;
    });
    const seen: string[] = [];
    for (let cursor = start; ; ) {
      const over = writing === 0;
      const page = await read(`?after=${cursor}`);
      seen.push(...page.changes.map(({ data }) => String(data.description)));
      cursor = page.next_cursor;
      if (over && page.changes.length === 0) break;
    }
    await Promise.all(writers);
    expect(seen.toSorted()).toEqual(
      Array.from({ length: 8 }, (_, by) => Array.from({ length: 40 }, (_, i) => `${by}.${i}`))
        .flat()
        .toSorted(),
    );
    for (let by = 0; by < 8; by++)
      expect(seen.filter((name) => name.startsWith(`${by}.`))).toEqual(
        Array.from({ length: 40 }, (_, i) => `${by}.${i}`),
      );
  });

  it('is 410 for a cursor before what is kept, and for one of another history', async () => {
    const start = await now();
    for (let i = 0; i < 3; i++) await create();
    const { changes } = await read(`?after=${start}`);
    await sql('INSERT INTO changes_pruned (id) SELECT id FROM changes ORDER BY id DESC OFFSET 1 LIMIT 1');
    onTestFinished(async () => void (await sql('DELETE FROM changes_pruned')));
    await sql('DELETE FROM changes USING changes_pruned WHERE changes.id <= changes_pruned.id');
    const expired = await api.get(`/changes?after=${start}`);
    expect(expired.status).toBe(410);
    expect(expired.json()).toMatchObject({ type: '/problems/cursor-expired', oldest: changes[1]?.id });
    const kept = [changes[2]];
    expect((await read(`?after=${expired.json().oldest}`)).changes).toEqual(kept);
    expect((await read()).changes).toEqual(kept);
    expect((await api.get('/changes?after=czzzzzzzz')).status).toBe(410);
    expect((await api.get(`/changes?after=${start}`, { accept: 'text/event-stream' })).status).toBe(410);
  });

  it.each([
    ['after=', 'after', 'bad-cursor'],
    ['after=x', 'after', 'bad-cursor'],
    ['after=c-1', 'after', 'bad-cursor'],
    ['after=czzzzzzzzzzzz', 'after', 'bad-cursor'],
    ['limit=501', 'limit', 'out-of-range'],
    ['wait=51', 'wait', 'out-of-range'],
    ['type=dataset.made', 'type', 'not-one-of'],
    ['type=', 'type', 'not-one-of'],
    ['dataset_id=x', 'dataset_id', 'malformed'],
    ['since=1', 'since', 'unknown'],
  ])('refuses ?%s', async (query, parameter, code) => {
    const { status, json } = await api.get(`/changes?${query}`);
    expect(status).toBe(400);
    expect(json().errors).toMatchObject([{ parameter, code }]);
  });

  it('has a weak ETag that stays while nothing happens', async () => {
    const start = await now();
    const first = await api.get(`/changes?after=${start}`);
    expect(first.headers).toMatchObject({ vary: 'Accept', 'cache-control': 'private, no-cache' });
    const again = await api.get(`/changes?after=${start}`, { 'if-none-match': first.headers.etag });
    expect(again.status).toBe(304);
    await create();
    expect((await api.get(`/changes?after=${start}`, { 'if-none-match': first.headers.etag })).status).toBe(
      200,
    );
  });

  it('tells of 100,000 changes while they come, each once', { timeout: 180_000 }, async () => {
    const start = await now();
    const seen: string[] = [];
    let done = false;
    const writing = (async () => {
      for (let i = 0; i < 20; i++)
        await sql(`INSERT INTO changes (id, type, subject, dataset_ids, data)
          SELECT nextval('changes_ids'), 'mirror.failed', 'mirrors/many/' || i, '{}', '{"ref": "many/x", "version": null}'
          FROM generate_series(1, 5000) AS i`);
      done = true;
    })();
    for (let cursor = start; ; ) {
      const over = done;
      const { changes, next_cursor } = await read(`?after=${cursor}&limit=500`);
      seen.push(...changes.map(({ id }) => id));
      cursor = next_cursor;
      if (over && changes.length === 0) break;
    }
    await writing;
    expect(seen).toHaveLength(100_000);
    expect(new Set(seen).size).toBe(100_000);
  });
});
