import { beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';

const line = (...values: (string | number)[]) => values.join(',');
const ROWS = 30_000;

// Each comparison starts processes, which give way to all others.
describe.skipIf(!hasDatabase)('GET /datasets/:id/diff/tables/:table', { timeout: 240_000 }, () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });
  const off = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume, MIRROR_SQL: 'off' });

  beforeAll(async () => {
    const many = (change: (i: number) => string | number) =>
      ['id,value', ...Array.from({ length: ROWS }, (_, i) => line(i, change(i)))].join('\n');
    await mirror.offer('ada/set', 1, {
      'people.csv': 'id,name,zip,gone\n1,Ann,1234,x\n2,Bob,5678,x\n3,Cid,9,x\n4,Dan,7,x\n',
      'many.csv': many((i) => i),
      'pairs.csv': 'a,b,c\n1,1,x\n1,2,y\n2,1,\n',
      'old.csv': 'a\n1\n',
      'large.csv': 'id,n\n9007199254740993,1\n1,1\n',
    });
    expect((await mirror.fetch(['--dataset', 'ada/set'])).status).toBe(0);
    await mirror.offer('ada/set', 2, {
      // Another order, a type that is wider, a column more and one less.
      'people.csv': 'name,id,zip,new\nAnn,1,1234,1\nCid,3,9-A,2\nDan,4,7,3\nEve,5,8,4\n',
      'many.csv': many((i) => (i % 1_000 === 7 ? -1 : i)),
      'pairs.csv': 'a,b,c\n1,1,x\n1,2,z\n2,1,\n',
      'new.csv': 'a\n1\n',
      'large.csv': 'id,n\n9007199254740993,2\n1,1\n',
    });
    expect((await mirror.fetch([])).status).toBe(0);
  }, 180_000);

  const diff = (table: string, query = '') => api.get(`/datasets/1/diff/tables/${table}?from=1&to=2${query}`);

  it('tells columns apart, and rows by their key', async () => {
    const { status, headers, json } = await diff('people', '&key=id');
    expect([status, headers.etag]).toEqual([200, expect.stringMatching(/^"[\w-]{27}"$/)]);
    expect(json()).toEqual({
      columns: {
        added: [{ name: 'new', type: 'int64' }],
        removed: [{ name: 'gone', type: 'text' }],
        retyped: [{ name: 'zip', from: 'int64', to: 'text' }],
      },
      rows: { from: 4, to: 4, unchanged: 2 },
      added: [{ name: 'Eve', id: 5, zip: '8', new: 4 }],
      removed: [{ id: 2, name: 'Bob', zip: 5678, gone: 'x' }],
      changed: [
        {
          key: { id: 3 },
          from: { id: 3, name: 'Cid', zip: 9, gone: 'x' },
          to: { name: 'Cid', id: 3, zip: '9-A', new: 2 },
        },
      ],
      next_cursor: null,
    });
    const etag = String(headers.etag);
    expect(
      (await api.get('/datasets/1/diff/tables/people?from=1&to=2&key=id', { 'if-none-match': etag })).status,
    ).toBe(304);
  });

  it('compares columns only, without a key', async () => {
    expect((await diff('many')).json()).toEqual({
      columns: { added: [], removed: [], retyped: [] },
      rows: null,
      added: null,
      removed: null,
      changed: null,
      next_cursor: null,
    });
  });

  it('gives page after page', async () => {
    const first = (await diff('many', '&key=id&limit=20')).json();
    expect(first.rows).toEqual({ from: ROWS, to: ROWS, unchanged: ROWS - 30 });
    expect(first.changed).toHaveLength(20);
    const second = (await diff('many', `&key=id&limit=20&cursor=${first.next_cursor}`)).json();
    expect(second).toMatchObject({ rows: first.rows, next_cursor: null });
    const ids = [...first.changed, ...second.changed].map(({ key }) => key.id);
    expect(ids).toEqual(Array.from({ length: 30 }, (_, i) => i * 1_000 + 7));
    expect((await diff('pairs', `&key=a&cursor=${first.next_cursor}`)).status).toBe(400);
  });

  it('takes several columns as the key, which has to be unique', async () => {
    expect((await diff('pairs', '&key=a,b')).json()).toMatchObject({
      rows: { unchanged: 2 },
      changed: [{ key: { a: 1, b: 2 }, from: { c: 'y' }, to: { c: 'z' } }],
    });
    const { status, json } = await diff('pairs', '&key=a');
    expect([status, json().type, json().detail]).toEqual([
      422,
      '/problems/key-not-unique',
      '1 rows of version 1 have the a of another row. Add columns to key.',
    ]);
  });

  it('writes integers as rows do', async () => {
    expect((await diff('large', '&key=id')).json().changed).toEqual([
      {
        key: { id: '9007199254740993' },
        from: { id: '9007199254740993', n: 1 },
        to: { id: '9007199254740993', n: 2 },
      },
    ]);
  });

  it('names the version that lacks the table, and what is wrong with the request', async () => {
    expect((await diff('old')).json()).toMatchObject({
      status: 404,
      detail: 'There is no table old in version 2.',
    });
    expect((await diff('new')).json()).toMatchObject({
      status: 404,
      detail: 'There is no table new in version 1.',
    });
    for (const query of ['&key=nothing', '&key=gone', '&key=', '&limit=0', '&cursor=x', '&more=1'])
      expect((await diff('people', query)).status, query).toBe(400);
    expect((await api.get('/datasets/1/diff/tables/people?from=1')).status).toBe(400);
    expect((await api.get('/datasets/1/diff/tables/people?from=1&to=9')).status).toBe(404);
    expect((await off.get('/datasets/1/diff/tables/people?from=1&to=2')).status).toBe(404);
  });
});
