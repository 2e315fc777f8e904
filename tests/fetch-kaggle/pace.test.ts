import { beforeEach, describe, expect, it } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { useSql } from '#tests/setup/sql.ts';

describe.skipIf(!hasDatabase)('jobs that run at the same time', { timeout: 120_000 }, () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const sql = useSql(database);
  let count = 0;

  beforeEach(async () => {
    mirror.kaggle.faults.clear();
    mirror.kaggle.seen.length = 0;
    await sql('TRUNCATE kaggle_pace');
  });

  const offer = async (length: number) => {
    const refs = Array.from({ length }, () => `pace/set-${count++}`);
    for (const ref of refs) await mirror.offer(ref, 1, { 'a.txt': ref });
    return refs;
  };
  const run = (refs: readonly string[], env: Record<string, string>) =>
    mirror.fetch(
      refs.flatMap((ref) => ['--dataset', ref]),
      env,
    );
  const askedAt = (method: string) =>
    mirror.kaggle.seen.filter(({ on }) => on === method).map(({ at }) => at);

  it('send no more requests of a method together than one of them may', async () => {
    const perMinute = 300;
    const shares = await Promise.all([offer(4), offer(4), offer(4)]);
    const runs = await Promise.all(
      shares.map((refs) => run(refs, { MIRROR_REQUESTS_PER_MINUTE: String(perMinute) })),
    );
    for (const { status, stderr } of runs) expect(status, stderr).toBe(0);
    for (const method of ['GetDataset', 'DownloadDataset']) {
      const times = askedAt(method);
      expect(times.length).toBeGreaterThanOrEqual(12);
      const least = ((times.length - 1) * 60_000) / perMinute;
      // A request may take longer on its way than the next one.
      expect(Number(times.at(-1)) - Number(times[0])).toBeGreaterThan(least - 200);
    }
  });

  it('keep a pause that one of them was asked for, and tell how long', async () => {
    const [first = '', second = ''] = await offer(2);
    mirror.kaggle.faults.add({
      on: 'GetDataset',
      ref: first,
      effect: { kind: 'status', status: 429, headers: { 'retry-after': '4' } },
    });
    const waiting = run([first], {});
    await expect.poll(() => askedAt('GetDataset').length, { timeout: 30_000 }).toBe(1);
    // Until it has been told.
    await expect
      .poll(() => sql('SELECT FROM kaggle_pace WHERE paused_until > now()'), { timeout: 10_000 })
      .toHaveLength(1);
    expect((await run([second], {})).status).toBe(0);
    expect((await waiting).status).toBe(0);
    const [asked, ...after] = mirror.kaggle.seen.filter(({ on }) => on === 'GetDataset');
    for (const { at } of after) expect(at - Number(asked?.at)).toBeGreaterThan(3_800);
  });

  it('give a run up when Kaggle asks for more patience than one has, until that is over', async () => {
    const [first = '', second = ''] = await offer(2);
    mirror.kaggle.faults.add({
      on: 'GetDataset',
      ref: first,
      effect: { kind: 'status', status: 429, headers: { 'retry-after': '86400' } },
    });
    for (const ref of [first, second]) expect((await run([ref], {})).status).toBe(1);
    expect(askedAt('GetDataset')).toHaveLength(1);
    await sql(`UPDATE kaggle_pace SET closed_until = now()`);
    expect((await run([second], {})).status).toBe(0);
  });

  it('wait for no time that a clock which was put back has left far ahead', async () => {
    const [ref = ''] = await offer(1);
    await sql(`INSERT INTO kaggle_pace (method, free_at, paused_until, closed_until)
      SELECT 'GetDataset', at, at, at FROM (VALUES (now() + interval '1 day')) ahead (at)`);
    expect((await run([ref], {})).status).toBe(0);
  });
});
