import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { useSql } from '#tests/setup/sql.ts';
import { canMount, useTmpfs } from '#tests/setup/tmpfs.ts';

const BYTES = 3_000_000;
/** Of an archive and its files. */
const NEEDED = 2 * BYTES;

describe.skipIf(!hasDatabase || !canMount)('two jobs on one small volume', { timeout: 120_000 }, () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const sql = useSql(database);
  const tmpfs = useTmpfs();

  /** A volume with room for one of two datasets, and a job that holds the first and receives no more of it. */
  const start = async (name: string) => {
    for (const slug of ['first', 'second'])
      await mirror.offer(`${name}/${slug}`, 1, { 'a.bin': randomBytes(BYTES) });
    const root = mkdtempSync(join(tmpdir(), 'kaggle-small-'));
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    tmpfs.mount(root, '10m');
    const env = { KAGGLE_DATA_ROOT: root, MIRROR_IDLE_TIMEOUT: '600000' };
    const effect = { kind: 'stall', at: 262_144 } as const;
    mirror.kaggle.faults.add({ on: 'storage', ref: `${name}/first`, effect });
    const holder = mirror.start(['--dataset', `${name}/first`], env);
    await expect.poll(() => reserved(), { timeout: 30_000 }).toBeGreaterThan(NEEDED - 300_000);
    const waiter = mirror.start(['--dataset', `${name}/second`], env);
    let output = '';
    waiter.stdout?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    await expect
      .poll(() => output, { timeout: 30_000 })
      .toContain('waits for space that others have reserved');
    return { env, holder, waiter };
  };
  const reserved = async () =>
    Number((await sql(`SELECT sum(reserved_bytes) FROM syncs WHERE state = 'running'`))[0]?.sum ?? 0);

  it('never reserve more than is free: one waits until the other has ended', async () => {
    const { holder, waiter } = await start('ends');
    expect(await reserved()).toBeLessThan(10_000_000);
    const ended = [holder, waiter].map(async (child) => (await once(child, 'exit'))[0]);
    await sql(`UPDATE syncs SET state = 'cancelled', finished_at = now() WHERE reserved_bytes > 0`);
    expect(await ended[1]).toBe(0);
    await ended[0];
  });

  it('give back what a job had reserved that was killed, when its lease ends', async () => {
    const { env, holder, waiter } = await start('dies');
    const ended = once(waiter, 'exit');
    holder.kill('SIGKILL');
    expect((await ended)[0]).toBe(0);
    // And the volume has room for its dataset again.
    expect((await mirror.fetch(['--dataset', 'dies/first'], env)).status).toBe(0);
    expect(await reserved()).toBe(0);
  });

  it('fail at once when the volume has no room, whatever others have reserved', async () => {
    const { env, holder, waiter } = await start('full');
    await mirror.offer('full/large', 1, { 'a.bin': randomBytes(2 * NEEDED) });
    const { status, stdout } = await mirror.fetch(['--dataset', 'full/large'], env);
    expect(status).toBe(1);
    expect(stdout).toMatch(/he volume has \d+ bytes free, and the download needs \d+/);
    const ended = [holder, waiter].map((child) => once(child, 'exit'));
    for (const child of [holder, waiter]) child.kill('SIGKILL');
    await Promise.all(ended);
  });
});
