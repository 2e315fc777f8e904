import type { DatabasePool } from 'slonik';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '#shared/data/database.ts';
import { listDatasets, rowOf } from '#shared/data/dataset-list.ts';
import { listVersions } from '#shared/data/versions.ts';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

const MAX_BYTES = 4 * 1024 * 1024;
/** As long as the API takes them; 3 bytes each in UTF-8. */
const LONGEST = 65_536;
const ROWS = 120;

describe.skipIf(!hasDatabase)('lists of long texts', () => {
  const database = useDatabase();
  const sql = useSql(database);
  const api = useApi(database);
  let db: DatabasePool;

  beforeAll(async () => {
    const options = { name: 'up-to-bytes', poolSize: 2, statementTimeout: 20_000, validateRows: false };
    db = await createDatabase({ url: database.url, ...options });
    // Of each ten three are of the longest, one of these in characters that JSON writes with six.
    await sql(`INSERT INTO datasets (name, description) SELECT 'x' || i % 7, CASE i % 10
        WHEN 0 THEN repeat('€', ${LONGEST}) WHEN 1 THEN repeat(chr(1), ${LONGEST}) WHEN 2 THEN repeat('ü', ${LONGEST})
        WHEN 3 THEN NULL ELSE 'short' END
      FROM generate_series(1, ${ROWS}) i`);
    await sql("INSERT INTO mirrors (owner, slug) VALUES ('ada', 'notes')");
    await sql(`INSERT INTO versions (mirror_id, number, total_bytes, file_count, tree_sha256, notes)
      SELECT 1, i, 1, 1, '\\x00', CASE WHEN i > 2 THEN repeat('n', ${LONGEST * 64}) END FROM generate_series(1, 6) i`);
    await sql("UPDATE datasets SET mirror_ref = 'ada/notes' WHERE id = 1");
  });
  afterAll(() => db?.end());

  it('are read up to the row that passes 4 MiB, and no further', async () => {
    const options = { column: 'id', descending: false, after: null, limit: 501 } as const;
    const rows = (await listDatasets(db, options)).map(rowOf);
    const bytes = rows.map(({ description }) => Buffer.byteLength(description ?? ''));
    const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0);
    expect(sum(bytes.slice(0, -1))).toBeLessThanOrEqual(MAX_BYTES);
    expect(sum(bytes)).toBeGreaterThan(MAX_BYTES);
    expect(rows.map(({ id }) => id)).toEqual(rows.map((_, index) => index + 1));
    expect(Object.keys(rows[0] ?? {}).toSorted()).toEqual([
      'created_at',
      'description',
      'id',
      'mirror_ref',
      'name',
      'pinned_version',
      'row_version',
      'source_url',
      'updated_at',
    ]);
    // None of these is long enough to be counted.
    const short = (await listDatasets(db, { ...options, after: [3], limit: 6 })).map(rowOf);
    expect(short.map(({ description }) => description)).toEqual(Array(6).fill('short'));
  });

  it('have two rows at least, so that a page of one knows of the next', async () => {
    for (const [before, expected] of [
      [null, [6, 5]],
      [6, [5, 4]],
      [4, [3, 2, 1]],
      [3, [2, 1]],
      [2, [1]],
    ] as const) {
      const rows = await listVersions(db, 'ada/notes', { before, limit: 101 });
      expect(rows.map(({ version }) => version)).toEqual(expected);
      expect(Object.keys(rows[0] ?? {})).not.toContain('place');
    }
  });

  it.each(['id', '-id', 'name', '-name', 'created_at', '-created_at'])(
    'are whole over all pages by %s, each of at most 4 MiB',
    async (sort) => {
      const whole = await sql(`SELECT id, name, description FROM datasets ORDER BY ${orderOf(sort)}`);
      const seen: unknown[] = [];
      const sizes: number[] = [];
      for (let next: string | null = ''; next !== null; ) {
        const { status, text, json } = await api.get(
          `/datasets?limit=500&sort=${sort}${next && `&cursor=${next}`}`,
        );
        expect(status).toBe(200);
        const { datasets, next_cursor } = json();
        sizes.push(Buffer.byteLength(text));
        for (const { id, name, description } of datasets) seen.push({ id, name, description });
        next = next_cursor;
      }
      expect(seen.length).toBe(ROWS);
      expect(seen).toEqual(whole);
      // The items; the braces and the cursor around them come on top.
      expect(Math.max(...sizes)).toBeLessThan(MAX_BYTES + 1_000);
      expect(sizes.length).toBeLessThan(5);
    },
  );

  it('of versions are whole over all pages, one a page where that alone is too long', async () => {
    const pages: number[][] = [];
    for (let next: string | null = ''; next !== null; ) {
      const { versions, next_cursor } = (
        await api.get(`/datasets/1/versions${next && `?cursor=${next}`}`)
      ).json();
      pages.push(versions.map(({ version }: { version: number }) => version));
      next = next_cursor;
    }
    expect(pages).toEqual([[6], [5], [4], [3], [2, 1]]);
  });
});

function orderOf(sort: string): string {
  const direction = sort.startsWith('-') ? 'DESC' : 'ASC';
  const column = sort.replace('-', '');
  return column === 'id'
    ? `id ${direction}`
    : `${column}${column === 'name' ? ' COLLATE "C"' : ''} ${direction}, id ${direction}`;
}
