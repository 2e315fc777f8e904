import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '#tests/load/random.ts';
import { hasDatabase } from '#tests/setup/api.ts';
import { seed } from '#tests/setup/sample.ts';
import { SET, useKaggleMirror } from './kaggle-mirror.ts';

describe.skipIf(!hasDatabase)('ListTreeDatasetFiles', () => {
  const { api, rpc, sql } = useKaggleMirror();
  /** Made up: characters before and after the slash, names that begin like others, folders in folders. */
  const paths = randomPaths();
  beforeAll(async () => {
    await sql(
      `INSERT INTO versions (mirror_id, number, total_bytes, file_count, tree_sha256)
       SELECT id, 9, 0, $1, '\\x00' FROM mirrors WHERE ref = 'ada/set'`,
      [paths.length],
    );
    await sql(
      `INSERT INTO files (version_id, path, size, sha256, crc32, media_type)
       SELECT versions.id, path, 1, '\\x00', 0, 'text/plain' FROM versions, unnest($1::text[]) AS path WHERE number = 9`,
      [paths],
    );
  });
  const page = (path: string, more = {}) =>
    rpc('ListTreeDatasetFiles', { ...SET, datasetVersionNumber: 9, path, ...more });

  it('has folders and files with their paths from the root', async () => {
    const { json } = await rpc('ListTreeDatasetFiles', { ...SET, path: 'd', pageSize: 200 });
    expect(json()).toEqual({
      directories: [{ name: 'e', relativeUrl: 'd/e' }],
      files: ['a+b.csv', 'g h.csv'].map((name) => ({
        name,
        relativeUrl: `d/${name}`,
        totalBytes: expect.any(Number),
        creationDate: expect.any(String),
      })),
      totalChildren: 3,
      totalDirectories: 1,
      totalFiles: 2,
      nextPageToken: null,
    });
    const root = (await api.get('/api/v1/datasets/list-tree/ada/set')).json();
    expect(root.directories.map(({ name }: { name: string }) => name)).toEqual(['b c', 'd']);
  });

  it.each(['none', 'a.csv', 'd/e/f.json', 'D', '/etc', 'd/../d'])(
    'is 404 for %s, which is no folder',
    async (path) => {
      expect((await rpc('ListTreeDatasetFiles', { ...SET, path })).status).toBe(404);
    },
  );

  it('takes a slash at either end of a folder', async () => {
    expect((await rpc('ListTreeDatasetFiles', { ...SET, path: '/d/' })).json().totalChildren).toBe(3);
  });

  it(`finds each file once when all folders are walked in pages of any size (seed ${seed})`, async () => {
    for (const pageSize of [1, 2, 7, 200]) {
      const found: string[] = [];
      const folders = [''];
      for (let path = folders.shift(); path !== undefined; path = folders.shift()) {
        let pageToken: string | null = null;
        let children = 0;
        let total = 0;
        do {
          const { status, json, text } = await page(path, { pageSize, pageToken });
          expect(status, text).toBe(200);
          const { directories, files, totalChildren, nextPageToken } = json();
          found.push(...files.map(({ relativeUrl }: { relativeUrl: string }) => relativeUrl));
          folders.push(...directories.map(({ relativeUrl }: { relativeUrl: string }) => relativeUrl));
          children += files.length + directories.length;
          total = totalChildren;
          pageToken = nextPageToken;
        } while (pageToken !== null);
        expect(children, path).toBe(total);
      }
      expect(found.sort()).toEqual([...paths].sort());
    }
  });
});

function randomPaths(): string[] {
  const random = createRandom(seed);
  const pick = (items: readonly string[]) => items[Math.floor(random() * items.length)] ?? '';
  const name = () =>
    Array.from({ length: 1 + random() * 3 }, () =>
      pick(['a', 'b', '.', '0', '-', ' ', 'é', '\u0001', '𝄞']),
    ).join('');
  const files = new Set<string>();
  const folders = new Set<string>();
  while (files.size < 60) {
    const segments = Array.from({ length: 1 + random() * 3 }, name);
    const path = segments.join('/');
    const above = segments.slice(1).map((_, at) => segments.slice(0, at + 1).join('/'));
    if (folders.has(path) || above.some((folder) => files.has(folder))) continue;
    files.add(path);
    for (const folder of above) folders.add(folder);
  }
  return [...files];
}
