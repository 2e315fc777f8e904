import type { CommonQueryMethods } from 'slonik';
import { beforeAll, describe, expect, it } from 'vitest';
import { readChanges } from '#shared/data/change-feed.ts';
import { searchDocuments } from '#shared/data/search.ts';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { planNodes, rowsOf } from '#tests/setup/plans.ts';
import { useSql } from '#tests/setup/sql.ts';

const ROWS = 20_000;
const NONE = {
  kinds: null,
  owner: null,
  licence: null,
  keyword: null,
  format: null,
  state: null,
  minRows: null,
  maxBytes: null,
};

describe.skipIf(!hasDatabase)(`over ${ROWS} documents and changes`, () => {
  const database = useDatabase();
  const sql = useSql(database);

  beforeAll(async () => {
    await sql(`INSERT INTO search_documents (kind, place, name, title, owner, licence, keywords, formats, rows, bytes,
        updated_at, lead, words)
      SELECT CASE WHEN i % 9999 = 0 THEN 'column' ELSE 'file' END, md5(i::text)::uuid, 'n' || i, 't', 'owner-' || i % 5000, 'l-' || i % 5000,
        ARRAY['k-' || i % 5000, 'often'], '{csv}', i, i, now() - i * interval '1 minute', to_tsvector('simple', 'often'),
        to_tsvector('simple', 'often w' || i % 5000)
      FROM generate_series(1, ${ROWS}) i`);
    await sql(`INSERT INTO changes (id, type, subject, dataset_ids, data)
      SELECT nextval('changes_ids'), 'dataset.updated', 'datasets/' || i % 5000, ARRAY[i % 5000], '{}'
      FROM generate_series(1, ${ROWS}) i`);
    await sql('VACUUM ANALYZE');
  });

  const mostRows = async (run: (db: CommonQueryMethods) => Promise<unknown>) =>
    Math.max(...(await planNodes(database.url, run)).map(rowsOf));

  it.each([
    ['owner', { owner: 'owner-7' }, 4],
    ['licence', { licence: 'l-7' }, 4],
    ['keyword', { keyword: 'k-7' }, 4],
    ['format', { format: 'xlsx' }, 0],
    ['kind', { kinds: ['column'] as const }, 2],
    ['state', { state: 'gone' as const }, 0],
    ['rows', { minRows: ROWS - 1 }, 2],
    ['bytes', { maxBytes: 2 }, 2],
  ])('a rare %s without a query is found without reading all', async (_what, filter, total) => {
    const input = { query: null, filters: { ...NONE, ...filter }, after: null, limit: 20 };
    let found = -1;
    const most = await mostRows(async (db) => {
      ({ total: found } = await searchDocuments(db, { ...input, sort: '-updated_at' }));
    });
    expect(Number(found)).toBe(total);
    expect(most).toBeLessThan(500);
  });

  it('a word of very many documents is looked up in one sample after the other, until they are enough', async () => {
    const query = { found: `'often'`, exact: `'often'`, lexemes: ['often'] };
    const nodes = await planNodes(database.url, (db) =>
      searchDocuments(db, { query, filters: NONE, sort: 'relevance', after: null, limit: 20 }),
    );
    const read = nodes.filter((node) => node['Actual Loops'] > 0).map((node) => node['Index Name'] ?? '');
    expect(read.filter((name) => /sample|words$/.test(name))).toEqual(
      ['sample', 'larger_sample', 'next_sample'].map((name) => `search_documents_${name}`),
    );
  });

  it.each(['-updated_at', 'name', '-bytes', 'relevance'] as const)(
    'the first 10,000 by %s are looked at where nothing is asked for',
    async (sort) => {
      const read = (db: CommonQueryMethods) =>
        searchDocuments(db, { query: null, filters: NONE, sort, after: null, limit: 1 });
      expect(await mostRows(read)).toBeLessThanOrEqual(20_002);
    },
  );

  it('the changes of one dataset are found without reading all', async () => {
    const read = (db: CommonQueryMethods) =>
      readChanges(db, { after: 0, limit: 101, types: null, datasetId: 7 });
    expect(await mostRows(read)).toBeLessThan(500);
  });
});
