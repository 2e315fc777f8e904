import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '#tests/load/random.ts';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { seed } from '#tests/setup/sample.ts';

interface Page {
  datasets: { id: number; name: string; created_at: string }[];
  next_cursor: string | null;
}

describe.skipIf(!hasDatabase)('GET /datasets', () => {
  const api = useApi(useDatabase());
  const names = ['b', 'a', 'b', 'Zoo', 'Äpfel', 'b', 'zebra'];
  beforeAll(async () => {
    for (const name of names) await api.post('/datasets', { name });
  });

  it.each(['name', '-name', 'created_at', '-created_at', 'id', '-id'])(
    'pages through the order %s without a gap or a repeat',
    async (sort) => {
      const whole: Page = (await api.get(`/datasets?sort=${sort}`)).json();
      const column = sort.replace('-', '') as 'name' | 'created_at' | 'id';
      const sign = sort === column ? 1 : -1;
      expect(whole.datasets).toHaveLength(names.length);
      expect(whole.next_cursor).toBeNull();
      expect(whole.datasets).toEqual(
        whole.datasets.toSorted((a, b) => sign * (compare(a[column], b[column]) || a.id - b.id)),
      );
      const seen: Page['datasets'] = [];
      for (let url: string | undefined = `/datasets?sort=${sort}&limit=2`; url; ) {
        const response = await api.get(url);
        const { datasets, next_cursor }: Page = response.json();
        seen.push(...datasets);
        url = /<([^>]*)>; rel="next"/.exec(String(response.headers.link))?.[1];
        expect(url === undefined).toBe(next_cursor === null);
      }
      expect(seen).toEqual(whole.datasets);
    },
  );

  it('reads all of a query, however much of nothing comes first', async () => {
    const nothing = '&'.repeat(1_001);
    expect((await api.get(`/datasets?${nothing}bogus=1`)).status).toBe(400);
    expect((await api.get(`/datasets?${nothing}limit=1`)).json().datasets).toHaveLength(1);
  });

  it('keeps its place while rows come and go', async () => {
    const first: Page = (await api.get('/datasets?sort=id&limit=3')).json();
    await api.app.inject({ method: 'DELETE', url: `/datasets/${first.datasets[2]?.id}` });
    await api.post('/datasets', { name: 'late' });
    const rest: Page = (await api.get(`/datasets?sort=id&cursor=${first.next_cursor}`)).json();
    expect(rest.datasets[0]?.id).toBe((first.datasets[2]?.id ?? 0) + 1);
    expect(rest.datasets.at(-1)?.name).toBe('late');
  });

  it('has a weak tag that changes with the page', async () => {
    const { headers } = await api.get('/datasets?limit=2&sort=-id');
    expect(headers.etag).toMatch(/^W\/"[\w-]{27}"$/);
    expect(headers.link).toContain('</datasets?limit=2&sort=-id>; rel="first"');
    expect(
      await api.get('/datasets?limit=2&sort=-id', { 'if-none-match': String(headers.etag) }),
    ).toMatchObject({ status: 304, text: '' });
    await api.post('/datasets', { name: 'newer' });
    expect((await api.get('/datasets?limit=2&sort=-id')).headers.etag).not.toBe(headers.etag);
  });

  it('shows each page as the rows are, however often it was asked for before', async () => {
    const random = createRandom(seed);
    const one = <Value>(from: readonly Value[]) => from[Math.floor(random() * from.length)] as Value;
    // A page that nobody asked for before.
    let limit = 500;
    const all = async () => ((await api.get(`/datasets?sort=id&limit=${limit--}`)).json() as Page).datasets;
    const urls = ['name', '-created_at', 'id'].flatMap((sort) => [
      `/datasets?sort=${sort}&limit=3`,
      `/datasets?sort=${sort}`,
    ]);
    const changes = [
      () => api.post('/datasets', { name: `new ${random()}` }),
      async () => api.send({ method: 'DELETE', url: `/datasets/${one(await all()).id}` }),
      async () =>
        api.send({
          method: 'PATCH',
          url: `/datasets/${one(await all()).id}`,
          headers: { 'content-type': 'application/merge-patch+json' },
          payload: JSON.stringify(one([{ name: `named ${random()}` }, { description: `told ${random()}` }])),
        }),
    ];
    for (let turn = 0; turn < 60; turn++) {
      if (random() < 0.4) expect((await one(changes)()).status).toBeLessThan(300);
      const url = one(urls);
      const { status, headers, json } = await api.get(url);
      expect(status).toBe(200);
      const rows = new Map((await all()).map((dataset) => [dataset.id, dataset]));
      const { datasets }: Page = json();
      expect(datasets, `turn ${turn} ${url}`).toEqual(datasets.map(({ id }) => rows.get(id)));
      expect(datasets).toHaveLength(url.endsWith('3') ? Math.min(3, rows.size) : rows.size);
      const again = await api.get(url, { 'if-none-match': String(headers.etag) });
      expect(again, `turn ${turn} ${url}`).toMatchObject({ status: 304, text: '' });
      expect(again.headers.link).toBe(headers.link);
    }
  });

  const crafted = (...value: unknown[]) => Buffer.from(JSON.stringify(value)).toString('base64url');
  it.each([
    'x',
    '',
    '%00',
    crafted(1, 'id', 1),
    crafted(2, 'name', 'a', 1),
    crafted(1, 'name', 'a\0', 1),
    crafted(1, 'name', 'a', 2 ** 31),
    crafted(1, 'name', 'a'),
    crafted(1, 'name', 7, 1),
    Buffer.from('{"v":1}').toString('base64url'),
  ])('refuses the cursor %s', async (cursor) => {
    const { status, json } = await api.get(`/datasets?cursor=${cursor}`);
    expect(status).toBe(400);
    expect(json()).toMatchObject({
      type: '/problems/validation-failed',
      errors: [{ parameter: 'cursor', code: 'bad-cursor' }],
    });
  });

  it('refuses a time that is none in a cursor', async () => {
    const cursor = crafted(1, 'created_at', '2026-02-30T00:00:00.000000Z', 1);
    expect((await api.get(`/datasets?sort=created_at&cursor=${cursor}`)).status).toBe(400);
  });

  it.each([
    ['limit=0', 'out-of-range', 'must be a whole number from 1 to 500'],
    ['sort=x', 'not-one-of', 'must be one of name, -name, created_at, -created_at, id, -id'],
    [`cursor=${'x'.repeat(8_193)}`, 'too-long', 'must have at most 8192 characters'],
  ])('says what is wrong with %s', async (query, code, detail) => {
    expect((await api.get(`/datasets?${query}`)).json().errors).toMatchObject([{ code, detail }]);
  });

  it.each(['0', '501', '-1', '1.5', 'ten', '', '1&limit=2'])('refuses limit=%s', async (limit) => {
    const { status, json } = await api.get(`/datasets?limit=${limit}`);
    expect(status).toBe(400);
    expect(json().errors[0].parameter).toBe('limit');
  });

  it.each(['offset=1', 'sort=size', 'sort=name&sort=id', 'Limit=1', '__proto__=1', '=1'])(
    'refuses ?%s',
    async (query) => expect((await api.get(`/datasets?${query}`)).status).toBe(400),
  );
});

describe.skipIf(!hasDatabase)('GET /datasets of odd texts', () => {
  const api = useApi(useDatabase());
  const pinned = 'https://www.kaggle.com/datasets/ada/set/versions/3';
  const odd = [
    { name: 'plain', description: 'and short' },
    { name: 'nothing' },
    { name: 'empty', description: '' },
    { name: 'null', description: 'null' },
    { name: '"quotes" \\ and \\u0001', description: 'lines\n\ttabs \\n \u2028' },
    { name: 'ärgerlich 日本 🐧', description: 'a\u0001b\u001f', source_url: 'https://example.org/ü"' },
    { name: 'pinned', source_url: pinned },
    { name: 'mirrored', source_url: 'https://www.kaggle.com/datasets/ada/notes' },
  ];
  const odder = [
    { name: '\u0001', description: '\u0001' },
    { name: 'what stands between \u007f fields', description: null },
    { name: 'nine fields'.replaceAll(' ', '\u007f').padEnd(40, '\u007f'), description: '\u007f' },
  ];

  it.each([
    ['odd ones', odd],
    ['those that no list can read in one text', odder],
  ])('shows %s as GET of each does, byte for byte', async (_what, datasets) => {
    const before: Page = (await api.get('/datasets?sort=id')).json();
    const after = before.datasets.length;
    for (const dataset of datasets) expect((await api.post('/datasets', dataset)).status).toBe(201);
    const { datasets: listed }: Page = (await api.get('/datasets?sort=id')).json();
    const single: string[] = [];
    for (const { id } of listed) single.push((await api.get(`/datasets/${id}`)).text);
    const whole = await api.get('/datasets?sort=id');
    expect(whole.text).toBe(`{"datasets":[${single}],"next_cursor":null}`);
    expect(listed.slice(after)).toMatchObject(datasets);
    let url = '/datasets?sort=name&limit=1';
    const seen: unknown[] = [];
    for (;;) {
      const page: Page = (await api.get(url)).json();
      seen.push(...page.datasets);
      if (page.next_cursor === null) break;
      url = `/datasets?sort=name&limit=1&cursor=${page.next_cursor}`;
    }
    const byName: Page = (await api.get('/datasets')).json();
    expect(seen).toEqual(byName.datasets);
  });
});

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' ? a - Number(b) : Buffer.compare(Buffer.from(a), Buffer.from(String(b)));
}
