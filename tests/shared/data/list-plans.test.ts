import type { CommonQueryMethods } from 'slonik';
import { beforeAll, describe, expect, it } from 'vitest';
import { datasetCards } from '#shared/data/dataset-cards.ts';
import { listFiles } from '#shared/data/files.ts';
import { LAST_POSITION } from '#shared/data/last-position.ts';
import { countMirrors, overviewMirrors } from '#shared/data/mirror-overview.ts';
import { findMirror, listMirrors } from '#shared/data/mirrors.ts';
import { findSync, listSyncs } from '#shared/data/syncs.ts';
import { latestVersion, listVersions } from '#shared/data/versions.ts';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { planNodes, rowsOf } from '#tests/setup/plans.ts';
import { useSql } from '#tests/setup/sql.ts';

/** More than a queue is counted. */
const ROWS = 20_000;
const PAGE = 101;
const REF = `ada/s${ROWS / 2}`;
type Run = (db: CommonQueryMethods) => Promise<unknown>;

describe.skipIf(!hasDatabase)(`over ${ROWS} mirrors whose syncs wait`, () => {
  const database = useDatabase();
  const sql = useSql(database);

  beforeAll(async () => {
    await sql('ALTER TABLE datasets DISABLE TRIGGER USER');
    await sql(`INSERT INTO mirrors (owner, slug, state, version)
      SELECT 'ada', 's' || i, CASE WHEN i % 5000 = 0 THEN 'gone' ELSE 'ready' END, 1 FROM generate_series(1, ${ROWS}) i`);
    await sql('INSERT INTO datasets (name, mirror_ref) SELECT ref, ref FROM mirrors');
    await sql('ALTER TABLE datasets ENABLE TRIGGER USER');
    await sql(`INSERT INTO versions (mirror_id, number, total_bytes, file_count, tree_sha256)
      SELECT id, 1, 1, 1, '\\x00' FROM mirrors`);
    await sql(`INSERT INTO versions (mirror_id, number, total_bytes, file_count, tree_sha256)
      SELECT ${ROWS / 2}, i, 1, 1, '\\x00' FROM generate_series(2, ${ROWS}) i`);
    await sql(`INSERT INTO files (version_id, path, size, sha256, crc32, media_type)
      SELECT 1, CASE WHEN i <= 3 THEN 'a/' ELSE 'b/' END || i, 1, '\\x00', 0, 'text/csv' FROM generate_series(1, ${ROWS}) i`);
    await sql(`INSERT INTO syncs (mirror_id, state, finished_at)
      SELECT id, CASE WHEN id % 5000 = 0 THEN 'failed' ELSE 'succeeded' END, now() FROM mirrors`);
    await sql('INSERT INTO syncs (mirror_id) SELECT id FROM mirrors ORDER BY id');
    await sql('VACUUM ANALYZE');
  });

  const all = { state: null, after: null, limit: PAGE };
  const syncs = { datasetId: null, state: null, before: null, limit: PAGE };
  it.each<[string, number, Run]>([
    ['mirrors', PAGE, (db) => listMirrors(db, all)],
    ['mirrors far behind', PAGE, (db) => listMirrors(db, { ...all, after: REF })],
    ['mirrors of a rare state', PAGE, (db) => listMirrors(db, { ...all, state: 'gone' })],
    ['mirrors with their syncs', PAGE, (db) => overviewMirrors(db, { ...all, after: '' })],
    ['a mirror', 1, (db) => findMirror(db, REF)],
    ['the counts of mirrors', PAGE, countMirrors],
    ['syncs that wait', LAST_POSITION, (db) => listSyncs(db, syncs)],
    ['syncs far behind', PAGE, (db) => listSyncs(db, { ...syncs, before: ROWS / 2 })],
    ['syncs of a rare state', PAGE, (db) => listSyncs(db, { ...syncs, state: 'failed' })],
    ['the syncs of a dataset', LAST_POSITION, (db) => listSyncs(db, { ...syncs, datasetId: 7 })],
    ['a sync that waits', LAST_POSITION, (db) => findSync(db, 2 * ROWS)],
    ['datasets with their syncs', LAST_POSITION, (db) => datasetCards(db, [7, 8, 9])],
    ['versions', PAGE, (db) => listVersions(db, REF, { before: null, limit: PAGE })],
    ['versions far behind', PAGE, (db) => listVersions(db, REF, { before: ROWS / 2, limit: PAGE })],
    ['the newest version', 1, (db) => latestVersion(db, REF)],
    ['files', PAGE, (db) => listFiles(db, 1, { prefix: '', after: null, limit: PAGE })],
    ['files far behind', PAGE, (db) => listFiles(db, 1, { prefix: 'b/', after: 'b/5', limit: PAGE })],
    ['the few files of a folder', PAGE, (db) => listFiles(db, 1, { prefix: 'a/', after: null, limit: PAGE })],
  ])('%s are read without %i rows more', async (_what, most, run) => {
    const nodes = await planNodes(database.url, run);
    expect(nodes.length).toBeGreaterThan(0);
    for (const node of nodes) expect(rowsOf(node), JSON.stringify(node)).toBeLessThanOrEqual(most);
  });

  it('the place of a sync in the queue is told up to the last that is counted', async () => {
    const positions: (number | null)[] = [];
    await planNodes(database.url, async (db) => {
      for (const id of [ROWS, ROWS + 1, ROWS + 2, ROWS + LAST_POSITION, 2 * ROWS])
        positions.push((await findSync(db, id))?.queue_position ?? null);
    });
    expect(positions).toEqual([null, 1, 2, LAST_POSITION, LAST_POSITION]);
  });
});
