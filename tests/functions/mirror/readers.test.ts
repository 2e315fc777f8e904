import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { readTree, useMirror } from '#tests/setup/mirror.ts';
import { useSql } from '#tests/setup/sql.ts';

const FILES = Object.fromEntries(['a', 'b', 'c'].map((name) => [`${name}.bin`, randomBytes(12_000_000)]));

describe.skipIf(!hasDatabase)('a version that is taken away while it is read', () => {
  const database = useDatabase();
  const sql = useSql(database);
  const mirror = useMirror(database);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });
  const sweep = () =>
    mirror.fetch(['--sweep'], { MIRROR_KEEP_VERSIONS: '1', MIRROR_DELETE_GRACE_HOURS: '0' });
  const onVolume = async () => Object.keys(await readTree(`${mirror.volume}/datasets/ada/read/versions/1`));
  const removedLongAgo = () =>
    sql("UPDATE versions SET removed_at = now() - interval '1 day' WHERE state = 'removed'");
  let origin = '';

  beforeAll(async () => {
    await mirror.offer('ada/read', 1, FILES);
    await mirror.fetch(['--dataset', 'ada/read']);
    await mirror.offer('ada/read', 2, { 'a.txt': 'two' });
    origin = await api.app.listen({ host: '127.0.0.1', port: 0 });
  });

  it('stays until its last reader is done, however long ago it was removed', async () => {
    const whole = await (await fetch(`${origin}/datasets/1/versions/1/archive`)).bytes();
    const reading = await slowly(`${origin}/datasets/1/versions/1/archive`);
    await mirror.fetch(['--dataset', 'ada/read'], { MIRROR_KEEP_VERSIONS: '1' });
    expect((await fetch(`${origin}/datasets/1/versions/1/archive`)).status).toBe(404);
    // The reader has to say so first; the shortest grace is far longer than that takes.
    for (const end = performance.now() + 20_000; ; await sleep(100)) {
      if ((await sql('SELECT FROM version_readers')).length > 0) break;
      expect(performance.now(), 'no reader is recorded').toBeLessThan(end);
    }
    await removedLongAgo();
    expect((await sweep()).status).toBe(0);
    expect(await onVolume()).toEqual(['a.bin', 'b.bin', 'c.bin']);
    expect((await buffer(reading)).equals(whole)).toBe(true);

    await sql("UPDATE version_readers SET expires_at = now() - interval '1 second'");
    expect((await sweep()).status).toBe(0);
    expect(await onVolume()).toEqual([]);
    expect(await sql('SELECT FROM version_readers')).toEqual([]);
  });

  it('is kept for the time that its readers have to say so, even without a grace time', async () => {
    await mirror.offer('ada/read', 3, { 'a.txt': 'three' });
    await mirror.fetch(['--dataset', 'ada/read'], { MIRROR_KEEP_VERSIONS: '1' });
    expect((await sweep()).status).toBe(0);
    const kept = () => readTree(`${mirror.volume}/datasets/ada/read/versions/2`);
    expect(await kept()).toEqual({ 'a.txt': 'two' });
    await removedLongAgo();
    expect((await sweep()).status).toBe(0);
    expect(await kept()).toEqual({});
  });
});

/** An answer whose client reads no more than the beginning for now. */
async function slowly(url: string): Promise<IncomingMessage> {
  const [response] = (await once(get(url), 'response')) as [IncomingMessage];
  response.pause();
  return response;
}
