import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { createListener } from '#shared/data/listen.ts';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { useSql } from '#tests/setup/sql.ts';

const lines = (count: number) =>
  `id,text\n${Array.from({ length: count }, (_, i) => `${i},text ${i * 7}`).join('\n')}\n`;

describe.skipIf(!hasDatabase || process.platform !== 'linux')('the job makes tables', () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });
  const sql = useSql(database);
  const tables = (ref: string) =>
    sql(
      `SELECT tables.name, tables.state, rows, encode(parquet_sha256, 'hex') AS sum, tables.problem->>'type' AS problem, attempts
       FROM tables JOIN versions ON versions.id = version_id JOIN mirrors ON mirrors.id = mirror_id WHERE ref = $1 ORDER BY 1`,
      [ref],
    );
  const folder = (ref: string) => join(mirror.volume, 'tables', ref, '1');
  const leftovers = () =>
    ['.mirror/conversions', 'tables']
      .map((name) => join(mirror.volume, name))
      .flatMap((path) => (existsSync(path) ? readdirSync(path, { recursive: true, encoding: 'utf8' }) : []));
  const halfWritten = (name: string) => name.endsWith('.new');
  /** Until a conversion by `child` is under way. */
  const converting = async (ref: string, child: ChildProcess) => {
    for (;;) {
      const [table] = await tables(ref);
      if (table?.state === 'converting' && leftovers().some(halfWritten)) return;
      expect(table?.state, 'it was faster than this test').not.toBe('ready');
      expect(child.exitCode).toBeNull();
      await sleep(20);
    }
  };

  it('again where it was killed, and leaves nothing of the first attempt', async () => {
    await mirror.offer('ada/killed', 1, { 'large.csv': lines(400_000), 'small.csv': 'a\n1\n' });
    const child = mirror.start(['--dataset', 'ada/killed']);
    await converting('ada/killed', child);
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    // Until its lease is over nobody else takes the table.
    await sleep(2_100);
    const run = await mirror.fetch(['--queued']);
    expect(run.status).toBe(0);
    expect(await tables('ada/killed')).toMatchObject([
      { name: 'large', state: 'ready', rows: '400000' },
      { name: 'small', state: 'ready', rows: '1' },
    ]);
    expect(readdirSync(folder('ada/killed')).sort()).toEqual(['large.parquet', 'small.parquet']);
    expect(leftovers().filter((name) => halfWritten(name) || /^\d+\.\d+/.test(name))).toEqual([]);
  }, 180_000);

  it('and gives what it converts back when the syncs break off', async () => {
    await mirror.offer('ada/broken-off', 1, { 'large.csv': lines(400_000) });
    const child = mirror.start(['--queued', '--watch'], { MIRROR_DATASETS: 'ada/broken-off' });
    const exited = once(child, 'exit');
    await converting('ada/broken-off', child);
    // A fault that does not pass, at the next look into the queue.
    await sql(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$`,
    );
    await sql('CREATE TRIGGER refuse BEFORE UPDATE ON syncs EXECUTE FUNCTION refuse()');
    await sql("SELECT pg_notify('syncs', '')");
    const [status] = await exited;
    await sql('DROP TRIGGER refuse ON syncs');
    expect(status).not.toBe(0);
    expect(await tables('ada/broken-off')).toMatchObject([{ state: 'waiting', attempts: 0 }]);
    expect(leftovers().filter((name) => halfWritten(name) || /^\d+\.\d+/.test(name))).toEqual([]);
    await mirror.fetch(['--queued']);
    expect(await tables('ada/broken-off')).toMatchObject([{ state: 'ready', rows: '400000' }]);
  }, 180_000);

  it('and tells all that convert of what it found', async () => {
    const listener = createListener(database.url, 'tables');
    const { signal } = new AbortController();
    await listener.next(600_000, signal);
    const told = listener.next(600_000, signal);
    await mirror.offer('ada/found', 1, { 'a.csv': 'a\n1\n' });
    await mirror.fetch(['--dataset', 'ada/found']);
    await told;
    await listener.close();
  }, 60_000);

  it('once, however many jobs there are', async () => {
    const files = Object.fromEntries(Array.from({ length: 4 }, (_, i) => [`t${i}.csv`, lines(50 + i)]));
    await mirror.offer('ada/shared', 1, files);
    const runs = await Promise.all([
      mirror.fetch(['--dataset', 'ada/shared']),
      mirror.fetch(['--dataset', 'ada/shared']),
    ]);
    expect(runs.map(({ status }) => status)).toEqual([0, 0]);
    await mirror.fetch(['--tables']);
    expect((await tables('ada/shared')).map(({ name, state }) => `${name} ${state}`)).toEqual([
      't0 ready',
      't1 ready',
      't2 ready',
      't3 ready',
    ]);
    const done = runs.flatMap(({ stdout }) =>
      [...stdout.matchAll(/"table":"(t\d)","outcome":"ready"/g)].map(([, name]) => name),
    );
    expect(done.toSorted()).toEqual([...new Set(done)].toSorted());
  }, 180_000);

  describe('of which one is damaged', () => {
    beforeAll(async () => {
      await mirror.offer('ada/damaged', 1, { 'a.csv': lines(1_000), 'b.csv': lines(1_000) });
      await mirror.fetch(['--dataset', 'ada/damaged']);
    }, 120_000);

    it('answers 503 for it, and 200 again once --verify was there', async () => {
      const [{ id } = {}] = await sql(`SELECT id FROM datasets WHERE mirror_ref = 'ada/damaged'`);
      const base = `/datasets/${id}/versions/1/tables`;
      const sums = (await tables('ada/damaged')).map(({ sum }) => sum);
      const [a, b] = ['a', 'b'].map((name) => join(folder('ada/damaged'), `${name}.parquet`)) as [
        string,
        string,
      ];
      const bytes = readFileSync(a);
      await writeFile(a, bytes.fill(0x55, 4, bytes.length - 8));
      await truncate(b, 100);
      const paths = [
        `${base}/a/rows`,
        `${base}/a/rows?format=csv`,
        `${base}/b/rows`,
        `${base}/b/rows/1`,
        `${base}/b/data.parquet`,
      ];
      for (const path of paths) {
        const response = await api.get(path);
        expect([path, response.status]).toEqual([path, 503]);
        expect(response.text).not.toContain(mirror.volume);
      }
      expect((await mirror.fetch(['--verify', '--dataset', 'ada/damaged'])).status).toBe(0);
      expect((await tables('ada/damaged')).map(({ sum }) => sum)).toEqual(sums);
      for (const path of paths) expect([path, (await api.get(path)).status]).toEqual([path, 200]);
    }, 120_000);
  });

  it('of no file that is too large, and of none at all when it is told so', async () => {
    await mirror.offer('ada/bounds', 1, { 'large.csv': lines(1_000), 'small.csv': 'a\n1\n' });
    await mirror.fetch(['--dataset', 'ada/bounds'], { MIRROR_TABLES: 'off' });
    expect(await tables('ada/bounds')).toEqual([]);
    // As a version of an earlier release.
    await mirror.fetch(['--tables'], { MIRROR_TABLES_MAX_BYTES: '1000' });
    expect(await tables('ada/bounds')).toMatchObject([
      { name: 'large', state: 'failed', problem: '/problems/table-too-large' },
      { name: 'small', state: 'ready' },
    ]);
  }, 120_000);

  it('and gives a file up that takes too long', async () => {
    await mirror.offer('ada/slow', 1, { 'large.csv': lines(4_000_000) });
    await mirror.fetch(['--dataset', 'ada/slow'], { MIRROR_TABLES_MAX_SECONDS: '1' });
    expect(await tables('ada/slow')).toMatchObject([
      { state: 'failed', problem: '/problems/table-too-large' },
    ]);
  }, 120_000);

  it('that are freed with their version', async () => {
    await mirror.offer('ada/retired', 1, { 'a.csv': 'a\n1\n' });
    await mirror.fetch(['--dataset', 'ada/retired']);
    expect(existsSync(join(folder('ada/retired'), 'a.parquet'))).toBe(true);
    await mirror.offer('ada/retired', 2, { 'a.csv': 'a\n2\n' });
    const keep = { KAGGLE_KEEP_VERSIONS: '1', KAGGLE_DELETE_GRACE_HOURS: '0' };
    await mirror.fetch(['--dataset', 'ada/retired'], keep);
    await sql(`UPDATE versions SET removed_at = now() - interval '1 hour' WHERE state = 'removed'`);
    await mirror.fetch(['--sweep'], keep);
    expect(existsSync(folder('ada/retired'))).toBe(false);
    expect(await tables('ada/retired')).toMatchObject([{ name: 'a', state: 'ready' }]);
  }, 120_000);
});
