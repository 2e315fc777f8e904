import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { FILES, SET, SOON, useKaggleMirror } from './kaggle-mirror.ts';

describe.skipIf(!hasDatabase)('DownloadDataset', () => {
  const { api, rpc } = useKaggleMirror();
  const follow = async (response: Awaited<ReturnType<typeof rpc>>) => {
    expect(response.status, response.text).toBe(302);
    return api.get(String(response.headers.location));
  };

  it('redirects to a path of its own host that names an immutable version and the file', async () => {
    const { status, headers, text } = await rpc('DownloadDataset', SET);
    expect({ status, text }).toEqual({ status: 302, text: '' });
    expect(headers.location).toMatch(/^\/kaggle\/[\w.-]+\/ada\/set\/2\/archive\.zip$/);
    expect(headers['cache-control']).toBe('no-store');
    const file = await rpc('DownloadDataset', { ...SET, fileName: 'd/g h.csv', datasetVersionNumber: 1 });
    expect(file.headers.location).toMatch(/\/ada\/set\/1\/files\/d\/g%20h\.csv$/);
  });

  it.each(Object.entries(FILES))('leads to the bytes of %s, with an md5', async (fileName, content) => {
    const response = await follow(
      await rpc('DownloadDataset', { ...SET, fileName, datasetVersionNumber: 1 }),
    );
    expect([response.status, response.text]).toEqual([200, content]);
    expect(response.headers['x-goog-hash']).toBe(`md5=${hash('md5', content, 'base64')}`);
  });

  it.each([
    ['/api/v1/datasets/download/ada/set?datasetVersionNumber=1', 'gone.txt'],
    ['/v1/datasets/download/ADA/Set?DATASET_VERSION_NUMBER=1&raw=false&unknown=1', 'gone.txt'],
    ['/api/v1/datasets/download/ada/set?datasetversionnumber=None', undefined],
    ['/api/v1/datasets/download/ada/set?dataset_version_number=', undefined],
  ])('takes the spellings of all clients: %s', async (url, member) => {
    const archive = await follow(await api.get(url));
    expect(archive.headers['content-type']).toBe('application/zip');
    expect(archive.text.includes('gone.txt')).toBe(member !== undefined);
  });

  it.each([
    ['/api/v1/datasets/download/ada/set/d/e/f.json', 'd/e/f.json'],
    ['/api/v1/datasets/download/ada/set/d%2Fe%2Ff.json?filename=d%2Fe%2Ff.json&raw=false', 'd/e/f.json'],
    ['/api/v1/datasets/download-raw/ada/set/d%2Fg%20h.csv', 'd/g h.csv'],
    ['/api/v1/datasets/download/ada/set?file_name=d/a+b.csv', 'd/a+b.csv'],
    ['/api/v1/datasets/download/ada/set?file_name=d/a%2Bb.csv', 'd/a+b.csv'],
    ['/api/v1/datasets/download/ada/set?fileName=d/g+h.csv', 'd/g h.csv'],
    ['/api/v1/datasets/download/ada/set?fileName=d/g%20h.csv', 'd/g h.csv'],
  ] as const)('finds a file named by %s', async (url, path) => {
    expect((await follow(await api.get(url))).text).toBe(FILES[path]);
  });

  it.each([
    ['an unknown dataset', { ownerSlug: 'ada', datasetSlug: 'none' }, 'ada/none is not on this mirror'],
    ['an unknown version', { ...SET, datasetVersionNumber: 9 }, 'no version 9'],
    ['an unknown file', { ...SET, fileName: 'none.csv' }, 'none.csv'],
    ['a file of another version', { ...SET, fileName: 'gone.txt' }, 'gone.txt'],
    ['a folder', { ...SET, fileName: 'd' }, 'no file d'],
    ['a folder with a slash', { ...SET, fileName: 'd/' }, 'no file d/'],
  ])('is 404 for %s, which says what is missing', async (_what, body, message) => {
    const { status, json } = await rpc('DownloadDataset', body);
    expect([status, json().code]).toEqual([404, 404]);
    expect(json().message).toContain(message);
  });

  it('is 503 while nothing of it is here, with how far it is', async () => {
    const { status, headers, json } = await rpc('DownloadDataset', SOON);
    expect([status, headers['retry-after']]).toEqual([503, '10']);
    expect(json().message).toMatch(/queued.*again/);
  });

  it.each([
    ['no body', undefined],
    ['an empty body', {}],
    ['the body of another operation', { search: 'x' }],
    ['a ref that is no text', { ownerSlug: 1, datasetSlug: [] }],
    ['a version that is no number', { ...SET, datasetVersionNumber: 'x' }],
    ['version 0', { ...SET, datasetVersionNumber: 0 }],
    ['a version beyond all numbers', { ...SET, datasetVersionNumber: 2_147_483_648 }],
    ['NUL in a name', { ...SET, fileName: 'a\0' }],
    ['half a character', { ...SET, fileName: '\ud800' }],
    ['a long ref', { ownerSlug: 'a'.repeat(101), datasetSlug: 'set' }],
  ])('is 400 for %s, in the shape of Kaggle', async (_what, body) => {
    const { status, headers, json } = await rpc('DownloadDataset', body as object);
    expect(status).toBe(400);
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(json()).toEqual({
      code: 400,
      message: expect.any(String),
      error: { code: 400, message: json().message, status: 'INVALID_ARGUMENT' },
    });
  });

  it('refuses a version that is given twice, and a body beyond 1 MiB', async () => {
    const twice = '/api/v1/datasets/download/ada/set?datasetVersionNumber=1&dataset_version_number=2';
    expect((await api.get(twice)).status).toBe(400);
    expect((await rpc('DownloadDataset', { ...SET, x: 'x'.repeat(1 << 20) })).status).toBe(413);
  });
});
