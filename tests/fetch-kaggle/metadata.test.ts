import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { useSql } from '#tests/setup/sql.ts';

const OF_METADATA = ['GetDatasetMetadata', 'ListDatasetFiles'] as const;

describe.skipIf(!hasDatabase)('the job and the metadata of a version', () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });
  const sql = useSql(database);
  const fetch = async (ref: string) => {
    mirror.kaggle.seen.length = 0;
    // Kaggle is asked again, whatever it said.
    await sql('TRUNCATE kaggle_pace');
    const run = await mirror.fetch(['--dataset', ref]);
    return { ...run, asked: mirror.kaggle.seen.map(({ on }) => on).filter((on) => on !== 'storage') };
  };
  const mirrorOf = async (ref: string) =>
    (await api.get('/mirrors?limit=500')).json().mirrors.find((row: { ref: string }) => row.ref === ref);
  const received = async (ref: string) =>
    sql(
      `SELECT attempts, cardinality(version_metadata.received) AS bodies FROM version_metadata
       JOIN versions ON versions.id = version_id JOIN mirrors ON mirrors.id = mirror_id WHERE ref = $1`,
      [ref],
    );

  it('asks for it once, and keeps the bodies as they came', async () => {
    await mirror.offer('ada/plain', 1, { 'a.csv': 'a\n1\n' });
    const { status, asked } = await fetch('ada/plain');
    expect([status, asked]).toEqual([
      0,
      ['GetDataset', 'DownloadDataset', 'GetDataset', 'GetDatasetMetadata', 'ListDatasetFiles'],
    ]);
    expect(await received('ada/plain')).toEqual([{ attempts: 0, bodies: 3 }]);
    expect((await fetch('ada/plain')).asked).toEqual(['GetDataset']);
  });

  it('reads at most ten pages of files', async () => {
    const files = Object.fromEntries(Array.from({ length: 2_050 }, (_, index) => [`f${index}.bin`, 'x']));
    await mirror.offer('ada/many', 1, files);
    const { asked } = await fetch('ada/many');
    expect(asked.filter((on) => on === 'ListDatasetFiles')).toHaveLength(10);
  }, 120_000);

  it.each(OF_METADATA)('has the version all the same when %s fails, and tries in three runs', async (on) => {
    const ref = `ada/no-${on.toLowerCase()}`;
    await mirror.offer(ref, 1, { 'a.csv': 'a\n1\n' });
    const effects = [
      { kind: 'status', status: 403 },
      { kind: 'error-page' },
      { kind: 'status', status: 429, headers: { 'retry-after': '86400' } },
    ] as const;
    for (const [index, effect] of effects.entries()) {
      mirror.kaggle.faults.add({ on, ref, effect });
      const { status, stdout, asked } = await fetch(ref);
      expect(status, stdout).toBe(0);
      expect(asked, String(index)).toContain(on);
      expect(await mirrorOf(ref)).toMatchObject({ state: 'ready', version: 1, stale: false });
      expect(await received(ref)).toEqual([{ attempts: index + 1, bodies: null }]);
    }
    expect((await fetch(ref)).asked).toEqual(['GetDataset']);
    const { id } = (await api.get('/datasets?limit=500'))
      .json()
      .datasets.find((row: { mirror: { ref: string } }) => row.mirror.ref === ref);
    const { kaggle } = (await api.get(`/datasets/${id}/versions/1/metadata`)).json();
    expect(kaggle).toBeNull();
    // What every check is told is known.
    expect((await api.get(`/datasets/${id}/metadata`)).json().kaggle).toMatchObject({ licence: 'unknown' });
  });

  it('keeps what can be stored of odd answers', async () => {
    const odd: [string, string[], unknown][] = [
      ['GetDataset', ['subtitle'], `\u0000\ud800${'x'.repeat(5_000)}`],
      ['GetDataset', ['thumbnailImageUrl'], 'javascript:alert(1)'],
      ['GetDataset', ['usabilityRating'], 7],
      ['GetDatasetMetadata', ['info', 'keywords'], ['a', 7, null, 'a', '\ud800']],
      [
        'ListDatasetFiles',
        ['datasetFiles'],
        [{ name: 'a.csv', columns: [{}, { name: 'a', description: '\u0000d' }] }, 7],
      ],
    ];
    const refs = odd.map((_, index) => `ada/odd${index}`);
    for (const [index, [on, path, value]] of odd.entries()) {
      const ref = refs[index] ?? '';
      await mirror.offer(ref, 1, { 'a.csv': 'a\n1\n' });
      mirror.kaggle.faults.add({ on, ref, effect: { kind: 'value', path, value } });
    }
    const { status, stdout } = await mirror.fetch(refs.flatMap((ref) => ['--dataset', ref]));
    expect(status, stdout).toBe(0);
    for (const ref of refs) expect(await received(ref)).toEqual([{ attempts: 0, bodies: 3 }]);
    const { datasets } = (await api.get('/datasets?limit=500')).json();
    const known = async (ref: string) => {
      const { id } = datasets.find((row: { mirror: { ref: string } }) => row.mirror.ref === ref);
      return (await api.get(`/datasets/${id}/metadata`)).json().kaggle;
    };
    expect(await known('ada/odd0')).toMatchObject({ subtitle: 'x'.repeat(498) });
    expect(await known('ada/odd1')).toMatchObject({ image_url: null });
    expect(await known('ada/odd2')).toMatchObject({ usability: null });
    expect(await known('ada/odd3')).toMatchObject({ keywords: ['a'] });
    expect(await known('ada/odd4')).toMatchObject({
      files: [{ path: 'a.csv', description: null, columns: [{ name: 'a', type: null, description: 'd' }] }],
    });
  });
});
