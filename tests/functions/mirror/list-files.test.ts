import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { FILES, NO_VERSIONS, sha256, useMirroredDataset } from './mirrored-dataset.ts';

describe.skipIf(!hasDatabase)('GET /datasets/:id/versions/:version/files', () => {
  const dataset = useMirroredDataset();
  const { api } = dataset;

  it('lists files with their sums, by path and by prefix', async () => {
    const { files } = (await api.get(`${dataset.path}/versions/1/files`)).json();
    expect(files).toEqual(
      Object.entries(FILES)
        .map(([path, content]) => ({
          path,
          size: content.length,
          sha256: sha256(content),
          media_type: expect.any(String),
        }))
        .map((file) => (file.path.startsWith('b/ü') ? { ...file, size: 6_000 } : file))
        .sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path))),
    );
    const { json } = await api.get(`${dataset.path}/versions/1/files?prefix=b/&limit=1`);
    expect(json().files).toHaveLength(1);
    const next = await api.get(
      `${dataset.path}/versions/1/files?prefix=b/&limit=1&cursor=${json().next_cursor}`,
    );
    expect(next.json()).toMatchObject({ files: [{ path: 'b/ü & "quoted".txt' }], next_cursor: null });
  });

  it.each(NO_VERSIONS)('has no version %s', async (version) => {
    expect((await api.get(`${dataset.path}/versions/${version}/files`)).status).toBe(404);
  });

  it('tells when a dataset is not ready', async () => {
    const { status, headers, json } = await api.get(`${await dataset.registerSoon()}/versions/latest/files`);
    expect({ status, retry: headers['retry-after'] }).toEqual({ status: 503, retry: '10' });
    expect(json().type).toBe('/problems/not-ready');
  });
});
