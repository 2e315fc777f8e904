import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { NO_VERSIONS, useMirroredDataset } from './mirrored-dataset.ts';

describe.skipIf(!hasDatabase)('GET /datasets/:id/versions/:version/SHA256SUMS', () => {
  const dataset = useMirroredDataset();
  const { api, mirror } = dataset;

  it('gives checksums that sha256sum takes', async () => {
    const { text } = await api.get(`${dataset.path}/versions/1/SHA256SUMS`);
    const folder = join(mirror.volume, 'datasets/ada/set/versions/1');
    const sums = join(mirror.volume, 'sums');
    await writeFile(sums, text);
    await promisify(execFile)('sha256sum', ['--strict', '-c', sums], { cwd: folder });
    await rm(sums);
    expect(text).toContain('\\');
  });

  it.each(NO_VERSIONS)('has no version %s', async (version) => {
    expect((await api.get(`${dataset.path}/versions/${version}/SHA256SUMS`)).status).toBe(404);
  });
});
