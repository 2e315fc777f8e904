import pg from 'pg';

const BATCH = 10_000;
const FILES_EACH = 10;

/**
 * `rows` datasets, each with a mirror, a version of ten files, a sync that ended and one that waits. One in fifty
 * mirrors is gone, and as many syncs failed. The first mirror has a tenth as many versions, and
 * its newest version a tenth as many files.
 */
export async function fill(url: string, rows: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const many = rows / 10;
  try {
    // What is searched and checked is not measured here. Mirrors are counted by their trigger.
    await client.query(`INSERT INTO mirrors (owner, slug, state, version)
      SELECT 'owner-' || i % 1000, 'set-' || i, CASE WHEN i % 50 = 0 THEN 'gone' ELSE 'ready' END,
        CASE WHEN i = 1 THEN ${many} ELSE 1 END FROM generate_series(1, ${rows}) i`);
    await client.query(`SET session_replication_role = replica; SET synchronous_commit = off`);
    await client.query(`INSERT INTO datasets (name, description, source_url, mirror_ref, created_at)
      SELECT 'Dataset ' || md5(id::text), repeat('A description of it. ', 5), 'https://www.kaggle.com/datasets/' || ref, ref,
        now() - id * interval '1 second' FROM mirrors ORDER BY id`);
    await client.query(`INSERT INTO versions (mirror_id, number, total_bytes, file_count, tree_sha256, tables_ended_at)
      SELECT id, 1, 1000, ${FILES_EACH}, sha256(ref::bytea), now() FROM mirrors ORDER BY id`);
    await client.query(`INSERT INTO versions (mirror_id, number, total_bytes, file_count, tree_sha256, tables_ended_at)
      SELECT 1, i, 1000, 1, sha256(i::text::bytea), now() FROM generate_series(2, ${many}) i`);
    await client.query(`INSERT INTO syncs (mirror_id, state, started_at, finished_at)
      SELECT id, CASE WHEN id % 50 = 0 THEN 'failed' ELSE 'succeeded' END, now(), now() FROM mirrors ORDER BY id`);
    await client.query('INSERT INTO syncs (mirror_id) SELECT id FROM mirrors ORDER BY id');
    const file = (path: string) =>
      `${path}, 1000, sha256(i::text::bytea), i, 'text/csv', substr(sha256(i::text::bytea), 1, 16)`;
    for (let first = 1; first <= rows; first += BATCH)
      await client.query(`INSERT INTO files (version_id, path, size, sha256, crc32, media_type, md5)
        SELECT version, ${file(`'folder-' || i % 3 || '/file-' || i || '.csv'`)}
        FROM generate_series(${first}, ${Math.min(first + BATCH - 1, rows)}) version, generate_series(1, ${FILES_EACH}) i`);
    await client.query(`INSERT INTO files (version_id, path, size, sha256, crc32, media_type, md5)
      SELECT ${rows + many - 1}, ${file(`CASE WHEN i <= 50 THEN 'a/' ELSE 'b/' END || lpad(i::text, 8, '0')`)}
      FROM generate_series(1, ${many}) i`);
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
}
