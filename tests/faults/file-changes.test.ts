import { randomBytes } from 'node:crypto';
import { truncate, utimes, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { type ApiProcess, startApi } from '#tests/setup/processes.ts';

/** More than socket buffers hold of a client that does not read. */
const CONTENT = randomBytes(24_000_000);

describe.skipIf(!hasDatabase)('a file that changes while it is downloaded', { timeout: 60_000 }, () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const file = join(mirror.volume, 'datasets/ada/large/versions/1/large.bin');
  let api: ApiProcess;
  beforeAll(async () => {
    await mirror.offer('ada/large', 1, { 'large.bin': CONTENT });
    await mirror.fetch(['--dataset', 'ada/large']);
    api = await startApi('functions/host/server.ts', {
      DATABASE_URL: database.url,
      KAGGLE_DATA_ROOT: mirror.volume,
      AUTH: 'off',
    });
  });
  afterAll(async () => {
    api.child.kill('SIGKILL');
    await api.exited;
  });
  const alerts = () =>
    api
      .output()
      .split('\n')
      .filter((line) => line.includes('"alert":true'));

  describe.each(['files/large.bin', 'archive'])('by %s', (what) => {
    it.each([
      ['becomes shorter', () => truncate(file, 20_000_000)],
      ['is emptied', () => truncate(file, 0)],
      ['is written anew', () => writeFile(file, randomBytes(CONTENT.length))],
    ])('ends it at once, and is logged, when it %s', async (_how, change) => {
      await writeFile(file, CONTENT);
      await utimes(file, 1, 1);
      const { length: before } = alerts();
      const response = await begun(`${api.address}/datasets/1/versions/1/${what}`);
      const closed = new Promise((resolve) => response.once('close', resolve));
      await change();
      const start = performance.now();
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      await closed;
      expect(response.complete).toBe(false);
      expect(bytes).toBeLessThan(CONTENT.length);
      expect(performance.now() - start, 'milliseconds').toBeLessThan(5_000);
      await vi.waitFor(() => expect(alerts().length).toBe(before + 1));
      expect(JSON.parse(String(alerts().at(-1)))).toMatchObject({
        ref: 'ada/large',
        version: 1,
        path: 'large.bin',
      });
    });
  });
});

/** A response of which nothing was read yet. */
function begun(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => resolve(response.on('error', () => {}))).on('error', reject);
  });
}
