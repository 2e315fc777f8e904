import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { builtProgram } from '#tests/setup/programs.ts';
import { sample } from '#tests/setup/sample.ts';
import { useSql } from '#tests/setup/sql.ts';
import { eachAtOnce, wholeMirrors } from '#tests/setup/whole-mirrors.ts';

const CRASH = `--import=${builtProgram('crash-at')}`;
const CONTENT = { 'a.bin': randomBytes(400_000), 'd/b.csv': 'x,y\n1,2\n', 'd/e/c.txt': 'c' };
/** Runs differ by a change or two: a folder that is there already, a connection more. */
const MARGIN = 5;
/** Between two stages, and around what decides: transactions are those of registration, record and the end. */
const BOUNDARIES = [
  'COMMIT 1',
  'WITH next AS 1',
  'record_check 1',
  'set_mirror_state 1',
  'set_mirror_state 2',
  'set_mirror_state 3',
  'rename 1',
  'START TRANSACTION 2',
  'upsert_version 1',
  'COMMIT 2',
  'wanted_versions 2',
  'START TRANSACTION 3',
  'COMMIT 3',
  'START TRANSACTION 4',
  'finish_sync 1',
  'set_mirror_ready 1',
  'COMMIT 4',
];

/** Another run may have taken the table. */
const OF_TABLES = ['WITH next AS 2', 'drop_table 1', 'finish_table 1', 'rename 2'];

describe.skipIf(!hasDatabase)('fetch-kaggle, killed at each of its steps', () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const sql = useSql(database);
  const { complete } = wholeMirrors(mirror, useApi(database, { KAGGLE_DATA_ROOT: mirror.volume }));

  /** Which table a run converts, and when, is not certain: a count of changes holds only without. */
  const run = (ref: string, at: number | string) =>
    mirror.fetch(['--dataset', ref], {
      NODE_OPTIONS: CRASH,
      CRASH_AT: String(at),
      MIRROR_LEASE_SECONDS: '6',
      MIRROR_CONCURRENCY: '1',
      MIRROR_TABLES: typeof at === 'string' ? 'on' : 'off',
    });

  it('is whole after a plain run, whichever change of files or statement it died before', {
    timeout: 900_000,
  }, async () => {
    await mirror.offer('crash/none', 1, CONTENT);
    const [, counted = ''] = /^CHANGES (\d+)$/m.exec((await run('crash/none', 0)).stderr) ?? [];
    expect(Number(counted)).toBeGreaterThan(50);
    const within = Array.from({ length: Number(counted) - 2 * MARGIN }, (_, index) => index + 1);
    const last = Array.from({ length: 3 * MARGIN }, (_, index) => within.length + index + 1);
    const certain = [...BOUNDARIES, ...sample(within, 8)];
    const beyond = Number(counted) + MARGIN;
    const points = [...certain, ...OF_TABLES, ...sample(last.slice(0, -1), 1), beyond];
    const refs = points.map((point) => `crash/at-${point}`.replaceAll(' ', '_').toLowerCase());
    for (const ref of refs) await mirror.offer(ref, 1, CONTENT);
    const killed: (number | string)[] = [];
    await eachAtOnce([...points.keys()], async (index) => {
      const { status, stderr } = await run(refs[index] ?? '', points[index] ?? '');
      const dead = stderr.includes('KILLED before');
      expect(status, stderr).toBe(dead ? null : 0);
      if (dead) killed.push(points[index] ?? '');
    });
    expect(killed).toEqual(expect.arrayContaining(certain));
    // The last point lies beyond the end of a run, so that none before it was left out.
    expect(killed).not.toContain(beyond);
    const { status, stdout, stderr } = await mirror.fetch(
      refs.flatMap((ref) => ['--dataset', ref]),
      { MIRROR_LEASE_SECONDS: '6' },
    );
    expect(status, stdout + stderr).toBe(0);
    await complete(refs, CONTENT);
    expect(
      await sql(
        `SELECT ref FROM syncs JOIN mirrors ON mirrors.id = mirror_id WHERE syncs.state <> 'succeeded'`,
      ),
    ).toEqual([]);
    expect(
      await sql(`SELECT mirror_id FROM versions GROUP BY mirror_id HAVING count(*) <> 1
        OR sum(file_count) <> (SELECT count(*) FROM files WHERE version_id = min(versions.id))`),
    ).toEqual([]);
  });
});
