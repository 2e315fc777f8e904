import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Effect } from '#fake-kaggle/faults.ts';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { isSlow, seed } from '#tests/setup/sample.ts';

/** Of what GetDataset answers; the empty path is all of it. */
const PATHS: (string | number)[][] = [
  [],
  ['id'],
  ['ref'],
  ['title'],
  ['licenseName'],
  ['totalBytes'],
  ['lastUpdated'],
  ['currentVersionNumber'],
  ['versions'],
  ['versions', 0],
  ['versions', 0, 'versionNumber'],
  ['versions', 0, 'versionNotes'],
  ['versions', 0, 'creationDate'],
];
const value = (path: (string | number)[], changed: unknown): Effect => ({
  kind: 'value',
  path,
  value: changed,
});
const text = (...values: string[]) => values.map((one) => value(['versions', 0, 'versionNotes'], one));
const time = (...values: string[]) =>
  values.flatMap((one) => [value(['lastUpdated'], one), value(['versions', 0, 'creationDate'], one)]);

/** What PostgreSQL or our answers cannot hold, or not as it is. */
const KNOWN: Effect[] = [
  ...text('a\0b', '\0', 'a\ud800b', '\udc00', 'x'.repeat(2_000_000), '🦆'.repeat(100_000)),
  ...['a\0b', 'a\ud800b', 'x'.repeat(2_000_000)].map((one) => value(['licenseName'], one)),
  ...time(
    '275760-09-13T00:00:00Z',
    '+275760-09-13T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '0000-01-01T00:00:00Z',
  ),
  ...time(
    '0001-01-01T00:00:00+14:00',
    '9999-12-31T23:59:59-12:00',
    '0001-01-01T00:00:00',
    '2024-02-30T25:61:00Z',
  ),
  ...[2 ** 31, 2 ** 53, 1e300, 0, -1, 1.5, '1'].flatMap((one) => [
    value(['currentVersionNumber'], one),
    value(['versions', 0, 'versionNumber'], one),
    value(['id'], one),
    value(['totalBytes'], one),
  ]),
  { kind: 'status', status: 403, message: 'no\0 \ud83e' },
  { kind: 'status', status: 403, message: `${'x'.repeat(199)}🦆`, shape: 'nested' },
  { kind: 'status', status: 404, message: '\u001b[2J'.repeat(1_000) },
];
const LENGTHS = ['18446744073709551615', '9223372036854775808', '9007199254740993', '0', 'x'];
const SAMPLES = isSlow ? 200 : 30;

describe.skipIf(!hasDatabase)(
  'fetch-kaggle, when Kaggle sends what it should not',
  { timeout: 120_000 },
  () => {
    const database = useDatabase();
    const mirror = useMirror(database);
    const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });

    /** One dataset for each effect; gives their mirrors, in that order. */
    const meet = async (prefix: string, on: string, effects: readonly Effect[]) => {
      const refs = effects.map((_, index) => `${prefix}/set-${String(index).padStart(3, '0')}`);
      for (const [index, ref] of refs.entries()) {
        await mirror.offer(ref, 1, { 'a.txt': ref });
        mirror.kaggle.faults.add({ on, ref, times: 100, effect: effects[index] as Effect });
      }
      const run = await mirror.fetch(
        refs.flatMap((ref) => ['--dataset', ref]),
        { MIRROR_RETRIES: '0', MIRROR_CONCURRENCY: '8' },
      );
      expect(run.stdout + run.stderr).not.toMatch(/failed unexpectedly|could not be recorded/);
      const { status, json } = await api.get('/mirrors?limit=500');
      expect(status).toBe(200);
      const { mirrors } = json() as { mirrors: MirrorRow[] };
      return refs.map((ref) => {
        const found = mirrors.find((row) => row.ref === ref);
        if (!found) throw new Error(`no mirror ${ref}`);
        return found;
      });
    };

    /** Whether all that was stored can be served, and nothing ended as a fault of ours. */
    const holds = async (rows: readonly MirrorRow[], effects: readonly Effect[]) => {
      const { datasets } = (await api.get('/datasets?limit=500')).json();
      for (const [index, { ref, state, version, last_error }] of rows.entries()) {
        const met = JSON.stringify(effects[index]).slice(0, 300);
        expect(['ready', 'failed', 'gone', 'forbidden'], met).toContain(state);
        expect(last_error?.type, met).not.toBe('/problems/sync-failed');
        expect(last_error?.detail ?? '', met).toMatch(/^[^\p{Cc}\p{Cs}]{0,1000}$/u);
        const { id } = datasets.find((row: { name: string }) => row.name === ref);
        for (const path of [
          'mirror',
          'versions',
          ...(version === null ? [] : ['versions/latest', 'versions/1/files']),
        ]) {
          const answer = await api.get(`/datasets/${id}/${path}`);
          expect([answer.status, path], met).toEqual([200, path]);
          expect(answer.text.length, met).toBeLessThan(65_536);
        }
      }
    };

    it('keeps what can be kept, and says that of the rest Kaggle made no sense', async () => {
      const rows = await meet('known', 'GetDataset', KNOWN);
      await holds(rows, KNOWN);
      const tooLarge = rows.filter((_, index) => JSON.stringify(KNOWN[index]).includes('2147483648'));
      expect(tooLarge.length).toBeGreaterThan(0);
      const versions = KNOWN.flatMap((effect, index) =>
        effect.kind === 'value' && /umber$/.test(String(effect.path.at(-1))) && effect.value !== '1'
          ? [rows[index]]
          : [],
      );
      for (const row of versions) expect(row?.last_error?.type).toBe('/problems/kaggle-unavailable');
    });

    it('keeps notes without what cannot be stored, and times without a zone as UTC', async () => {
      await mirror.offer('kept/notes', 1, { 'a.txt': 'x' });
      const path = ['versions', 0];
      const changed = {
        versionNumber: 1,
        versionNotes: 'a\0b\ud800c 🦆',
        creationDate: '2024-05-06T07:08:09.1234567',
      };
      mirror.kaggle.faults.add({
        on: 'GetDataset',
        ref: 'kept/notes',
        effect: { kind: 'value', path, value: changed },
      });
      await mirror.fetch(['--dataset', 'kept/notes'], { TZ: 'America/New_York' });
      const { datasets } = (await api.get('/datasets?limit=500')).json();
      const { id } = datasets.find((row: { name: string }) => row.name === 'kept/notes');
      expect((await api.get(`/datasets/${id}/versions/1`)).json()).toMatchObject({
        notes: 'abc 🦆',
        created_at: '2024-05-06T07:08:09.123000Z',
      });
    });

    it('takes no length that cannot be', async () => {
      const effects = LENGTHS.map((one): Effect => ({ kind: 'content-length', text: one }));
      await holds(await meet('length', 'storage', effects), effects);
    });

    it('comes through any JSON in place of any field', async () => {
      const any = fc.tuple(
        fc.constantFrom(...PATHS),
        fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.date({ noInvalidDate: true }).map(String)),
      );
      const effects = fc.sample(any, { seed, numRuns: SAMPLES }).map(([path, one]) => value(path, one));
      await holds(await meet('any', 'GetDataset', effects), effects);
    });
  },
);

interface MirrorRow {
  ref: string;
  state: string;
  version: number | null;
  last_error: { type: string; detail: string } | null;
}
