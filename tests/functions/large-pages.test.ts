import { beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

const MiB = 1024 * 1024;
const MOST = 4 * MiB;
/** What is around the items: names of members, a cursor that holds a path. */
const AROUND = 32 * 1024;

interface Page {
  next_cursor: string | null;
  [member: string]: unknown;
}

describe.skipIf(!hasDatabase)('a page of large items', { timeout: 120_000 }, () => {
  const database = useDatabase();
  const api = useApi(database);
  const sql = useSql(database);

  beforeAll(async () => {
    // Three bytes each in UTF-8; a control character is six in JSON; an emoji is two of JavaScript's and four bytes.
    await sql(`INSERT INTO mirrors (owner, slug, licence, last_error)
      SELECT 'ada', 'large-' || n, repeat('€', 10000), jsonb_build_object('type', '/problems/sync-failed',
        'title', 'x', 'status', 500, 'detail', repeat(E'\\x01', 10000)) FROM generate_series(1, 120) n`);
    await sql(`INSERT INTO datasets (name, description, source_url, mirror_ref)
      SELECT 'set ' || n, repeat(CASE n % 3 WHEN 0 THEN '€' WHEN 1 THEN E'\\x01' ELSE '"' END, 65536), NULL,
        CASE n WHEN 1 THEN 'ada/large-1' END FROM generate_series(1, 60) n`);
    await sql(`INSERT INTO versions (mirror_id, number, total_bytes, file_count, tree_sha256, notes)
      SELECT id, n, 0, 0, decode(repeat('00', 32), 'hex'), repeat('€', 30000)
      FROM mirrors, generate_series(1, 120) n WHERE ref = 'ada/large-1'`);
    await sql(`INSERT INTO files (version_id, path, size, sha256, crc32, media_type)
      SELECT v.id, repeat('€', 1200) || lpad(n::text, 4, '0') || repeat('x', 8), n,
        sha256((v.number::text || n)::bytea), 0, repeat('y', 5000)
      FROM versions v, generate_series(1, 1200) n WHERE v.number IN (1, 2)`);
    await sql(`INSERT INTO syncs (mirror_id, state, error)
      SELECT id, 'failed', jsonb_build_object('type', '/problems/sync-failed', 'title', 'x', 'status', 500,
        'detail', repeat(E'\\x01', 10000)) FROM mirrors`);
  });

  const pages = [
    ['/datasets?', 'datasets', 60],
    ['/datasets?sort=-id&', 'datasets', 60],
    ['/mirrors?', 'mirrors', 120],
    ['/datasets/1/versions?', 'versions', 120],
    ['/datasets/1/versions/1/files?', 'files', 1200],
    ['/syncs?', 'syncs', 120],
  ] as const;

  it.each(pages)('of GET %s ends at 4 MiB, and the pages are all of them', async (path, member, total) => {
    const seen = new Set<string>();
    let cursor: string | null = null;
    let count = 0;
    do {
      const { text, headers } = await api.get(`${path}limit=500${cursor ? `&cursor=${cursor}` : ''}`);
      expect(Buffer.byteLength(text)).toBeLessThan(MOST + AROUND);
      const page: Page = JSON.parse(text);
      const items = page[member] as object[];
      expect(items.length).toBeGreaterThan(0);
      for (const item of items) seen.add(JSON.stringify(item).slice(0, 8_000));
      cursor = page.next_cursor;
      expect(String(headers.link).includes('rel="next"')).toBe(cursor !== null);
      if (cursor && total !== 1200)
        expect(Buffer.byteLength(text), 'no page is cut early').toBeGreaterThan(MOST / 2);
      count += items.length;
    } while (cursor);
    expect([count, seen.size]).toEqual([total, total]);
  });

  it('of GET /datasets/:id/diff ends at 4 MiB, and the pages are all of them', async () => {
    let cursor: string | null = null;
    let count = 0;
    do {
      const { text } = await api.get(
        `/datasets/1/diff?from=1&to=2&limit=500${cursor ? `&cursor=${cursor}` : ''}`,
      );
      expect(Buffer.byteLength(text)).toBeLessThan(MOST + AROUND);
      const page = JSON.parse(text);
      count += page.changed.length;
      cursor = page.next_cursor;
    } while (cursor);
    expect(count).toBe(1_200);
  });

  it('has its first item, however large that is', async () => {
    await sql(`UPDATE mirrors SET licence = repeat('€', 2000000) WHERE ref = 'ada/large-1'`);
    const { text } = await api.get('/mirrors?limit=500');
    expect(JSON.parse(text).mirrors).toHaveLength(1);
    expect(Buffer.byteLength(text)).toBeGreaterThan(MOST);
  });
});
