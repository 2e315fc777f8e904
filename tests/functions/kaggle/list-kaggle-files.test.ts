import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { FILES, SET, useKaggleMirror } from './kaggle-mirror.ts';

describe.skipIf(!hasDatabase)('ListDatasetFiles', () => {
  const { api, mirror, rpc } = useKaggleMirror();
  const names = ({ datasetFiles }: { datasetFiles: { name: string }[] }) =>
    datasetFiles.map(({ name }) => name);

  it('lists the files of the newest version, or of another', async () => {
    const newest = (await rpc('ListDatasetFiles', { ...SET, pageToken: '', pageSize: 20 })).json();
    expect(names(newest)).not.toContain('gone.txt');
    expect(newest).toMatchObject({ errorMessage: null, nextPageToken: null });
    expect(newest.datasetFiles[0]).toEqual({
      name: 'a.csv',
      totalBytes: 8,
      creationDate: expect.stringMatching(/Z$/),
    });
    const first = (
      await api.get('/api/v1/datasets/list/ada/set?datasetVersionNumber=1&pageToken=None')
    ).json();
    expect(names(first)).toEqual(Object.keys(FILES).sort());
  });

  it('gives each file once over its pages, of one version, also when a newer one comes in between', async () => {
    const seen: string[] = [];
    let pageToken: string | null = '';
    for (let page = 0; pageToken !== null; page++) {
      const body = { ...SET, pageSize: 3, pageToken };
      const { status, json } = await rpc('ListDatasetFiles', body);
      expect(status).toBe(200);
      seen.push(...names(json()));
      pageToken = json().nextPageToken;
      if (page === 0) {
        await mirror.offer('ada/set', 3, { 'zzz.csv': 'later' });
        expect((await mirror.fetch(['--dataset', 'ada/set'])).status).toBe(0);
      }
    }
    expect(seen).toEqual(
      Object.keys(FILES)
        .filter((name) => name !== 'gone.txt')
        .sort(),
    );
  });

  it.each([
    'made-up',
    'bm90IG91cnM',
    Buffer.from('[1,"kaggle files ada/set",1,"\\u0000"]').toString('base64url'),
  ])('refuses the token %s, which no list gave', async (pageToken) => {
    const { status, json } = await rpc('ListDatasetFiles', { ...SET, pageToken });
    expect([status, json().message]).toEqual([
      400,
      expect.stringMatching(/^pageToken (is not a nextPageToken|belongs)/),
    ]);
  });

  it.each([[0], [null], [-1, 400], [1_000_000], ['7'], ['x', 400]])(
    'takes pageSize %j',
    async (pageSize, status = 200) => {
      expect((await rpc('ListDatasetFiles', { ...SET, pageSize })).status).toBe(status);
    },
  );
});
