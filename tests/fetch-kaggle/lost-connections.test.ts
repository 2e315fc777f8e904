import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { builtProgram } from '#tests/setup/programs.ts';
import { sample } from '#tests/setup/sample.ts';
import { wholeMirrors } from '#tests/setup/whole-mirrors.ts';

const CUT = `--import=${builtProgram('cut-at')}`;
const CONTENT = { 'a.csv': 'x,y\n1,2\n', 'd/b.txt': 'b' };
/** What was not known to be done or not: they have failed before. */
const HARD = ['adopt_upstream 1', 'COMMIT 2', 'COMMIT 3'];
/** All the others, from registration to the end of a run. */
const OTHERS = [
  'COMMIT 1',
  'WITH next AS 1',
  'find_identity 1',
  'record_check 1',
  'wanted_versions 1',
  'held_versions 1',
  'set_mirror_state 1',
  'set_mirror_state 2',
  'set_mirror_state 3',
  'extend_lease 1',
  'upsert_version 1',
  'insert_files 1',
  'lock_mirrors 2',
  'wanted_versions 2',
  'held_versions 2',
  'refresh_newest 2',
  'finish_sync 1',
  'set_mirror_ready 1',
];

describe.skipIf(!hasDatabase)(
  'fetch-kaggle, when its connection to the database breaks',
  { timeout: 60_000 },
  () => {
    const database = useDatabase();
    const mirror = useMirror(database);
    const { complete } = wholeMirrors(mirror, useApi(database, { KAGGLE_DATA_ROOT: mirror.volume }));

    it.each([...HARD, ...sample(OTHERS, 4)])('ends well although that was at %s', async (statement) => {
      const ref = `cut/at-${statement.replaceAll(' ', '_').toLowerCase()}`;
      await mirror.offer(ref, 1, CONTENT);
      const env = { NODE_OPTIONS: CUT, CUT_AT: statement, MIRROR_CONCURRENCY: '1' };
      const { status, stdout, stderr } = await mirror.fetch(['--dataset', ref], env);
      expect(stderr).toContain('CUT before');
      expect(status, stdout + stderr).toBe(0);
      await complete([ref], CONTENT);
    });
  },
);
