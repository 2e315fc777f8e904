import { statfsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';

describe.skipIf(!hasDatabase)('GET /volume', () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const api = useApi(database, { KAGGLE_DATA_ROOT: '/' });
  const gone = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });
  const none = useApi(database);

  it('tells free and used bytes', async () => {
    const { status, headers, json } = await api.get('/volume');
    expect([status, typeof headers.etag]).toEqual([200, 'string']);
    const { blocks, bsize } = statfsSync('/');
    const { free_bytes, used_bytes } = json();
    expect(Object.keys(json())).toEqual(['free_bytes', 'used_bytes']);
    expect(free_bytes).toBeGreaterThan(0);
    // Some file systems keep a part for root.
    expect(free_bytes + used_bytes).toBeLessThanOrEqual(blocks * bsize);
  });

  it('is 503 without a volume, and while it is not there', async () => {
    for (const where of [none, gone]) {
      const { status, headers, json } = await where.get('/volume');
      expect([status, headers['retry-after'], json().type]).toEqual([
        503,
        '30',
        '/problems/volume-unavailable',
      ]);
    }
  });
});
