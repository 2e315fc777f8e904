import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { useSql } from '#tests/setup/sql.ts';

const LEASE = 4;

describe.skipIf(!hasDatabase)('the sweep of a run of several processes', { timeout: 120_000 }, () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const sql = useSql(database);
  const other = useSql(database);

  const work = (id: string) => {
    const child = mirror.start(['--run', id], { MIRROR_LEASE_SECONDS: String(LEASE) });
    const ended = Promise.all([once(child, 'exit'), child.stdout ? text(child.stdout) : '']).then(
      ([[status], stdout]) => ({ status, told: stdout.includes(`"msg":"run ${id}: 0 datasets, 0 failed`) }),
    );
    return { child, ended };
  };

  /** Holds up every sweep: it is about to delete a run of long ago. */
  const whileSweepsWait = async <Result>(act: () => Promise<Result>): Promise<Result> => {
    await sql(
      `INSERT INTO runs (id, started_at) VALUES ('old', now() - interval '100 days') ON CONFLICT DO NOTHING`,
    );
    await other('BEGIN');
    await other(`SELECT FROM runs WHERE id = 'old' FOR UPDATE`);
    return act().finally(() => other('ROLLBACK'));
  };
  const isSweeping = () =>
    expect
      .poll(() =>
        sql(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`),
      )
      .toHaveLength(1);

  it('is over before any of them ends', async () => {
    const { first, second } = await whileSweepsWait(async () => {
      const first = work('one');
      await isSweeping();
      const second = work('one');
      // Longer than a lease: signs of life keep the sweep the first one's.
      const still = sleep((LEASE + 2) * 1_000, 'working');
      expect(await Promise.race([first.ended, second.ended, still])).toBe('working');
      await isSweeping();
      expect(await sql(`SELECT finished_at FROM runs WHERE id = 'one'`)).toEqual([{ finished_at: null }]);
      return { first, second };
    });
    expect(await first.ended).toEqual({ status: 0, told: true });
    expect(await second.ended).toEqual({ status: 0, told: false });
  });

  it.each([
    ['SIGKILL', null],
    ['SIGTERM', 3],
  ] as const)('is another one’s after %s, which then tells how the run went', async (signal, status) => {
    const { first, second } = await whileSweepsWait(async () => {
      const first = work(signal);
      await isSweeping();
      const second = work(signal);
      first.child.kill(signal);
      return { first, second };
    });
    expect(await first.ended).toEqual({ status, told: false });
    expect(await second.ended).toEqual({ status: 0, told: true });
  });
});
