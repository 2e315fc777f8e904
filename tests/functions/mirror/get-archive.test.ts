import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { NO_VERSIONS, useMirroredDataset } from './mirrored-dataset.ts';

describe.skipIf(!hasDatabase)('GET /datasets/:id/versions/:version/archive', () => {
  const dataset = useMirroredDataset();
  const { api } = dataset;

  it('archives a version to the same bytes each time, in ranges too', async () => {
    const url = `${dataset.path}/versions/1/archive`;
    const fetched = await api.app.inject({ method: 'GET', url });
    expect(fetched.headers['content-length']).toBe(String(fetched.rawPayload.length));
    expect((await api.app.inject({ method: 'GET', url })).rawPayload.equals(fetched.rawPayload)).toBe(true);
    const folder = await mkdtemp(join(tmpdir(), 'archive-'));
    try {
      await writeFile(join(folder, 'a.zip'), fetched.rawPayload);
      const script =
        'import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint(z.namelist())';
      const { stdout } = await promisify(execFile)('python3', ['-c', script, join(folder, 'a.zip')]);
      expect(stdout).toContain("'a.csv', 'b/line\\nbreak.bin'");
    } finally {
      await rm(folder, { recursive: true });
    }
    for (let at = 0; at < fetched.rawPayload.length; at += 777) {
      const range = `bytes=${at}-${at + 776}`;
      const part = await api.app.inject({ method: 'GET', url, headers: { range } });
      expect(part.statusCode).toBe(206);
      expect(part.rawPayload.equals(fetched.rawPayload.subarray(at, at + 777))).toBe(true);
    }
  });

  it.each(NO_VERSIONS)('has no version %s', async (version) => {
    expect((await api.get(`${dataset.path}/versions/${version}/archive`)).status).toBe(404);
  });
});
