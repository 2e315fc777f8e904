import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { freePort } from '#scripts/free-port.ts';
import { hasDatabase } from '#tests/setup/api.ts';
import { copyCluster } from '#tests/setup/cluster.ts';
import {
  commandOf,
  dataDir,
  launch,
  nothingLeftOf,
  processesOf,
  scratchDir,
} from '#tests/setup/installation.ts';

const READY = 'Ctrl-C stops everything';
const START = ['node', 'scripts/start.ts'];
const FETCH = ['node', 'scripts/fetch.ts', '--queued'];
const IN_USE =
  /is in use by another npm start, npm run dev or npm run fetch\. Stop that one, or set DATA_DIR/;

describe.skipIf(!hasDatabase || process.platform !== 'linux')(
  'a data directory',
  { timeout: 120_000 },
  () => {
    it('belongs to one start, by whatever path a second one comes', async () => {
      const dir = scratchDir();
      const data = join(dir, 'data');
      copyCluster(join(data, 'postgres'));
      symlinkSync(data, join(dir, 'link'));
      mkdirSync(join(dir, 'beside'));
      const port = await freePort();
      const first = launch(START, { env: { DATA_DIR: data, PORT: String(port) } });
      await first.says(READY);
      const postmaster = readFileSync(join(data, 'postgres/cluster/postmaster.pid'), 'utf8');
      for (const spelling of [join(dir, 'link'), join(dir, 'beside/../link/.'), '../data']) {
        for (const script of ['start', 'dev']) {
          const second = launch(['node', join(process.cwd(), `scripts/${script}.ts`)], {
            cwd: join(dir, 'beside'),
            env: { DATA_DIR: spelling, PATH: String(process.env.PATH) },
          });
          expect(await second.exited, spelling).toBe(1);
          expect(second.output().trim()).toMatch(IN_USE);
          expect(second.output().trim().split('\n')).toHaveLength(1);
        }
      }
      expect(readFileSync(join(data, 'postgres/cluster/postmaster.pid'), 'utf8')).toBe(postmaster);
      expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200);
      first.signalGroup('SIGINT');
      expect(await first.exited).toBe(0);
    });

    it('goes to one of several first starts at once, and the others say so', async () => {
      const dir = scratchDir();
      const runs = await Promise.all(
        Array.from({ length: 4 }, async () =>
          launch(START, { env: { DATA_DIR: dir, PORT: String(await freePort()) } }),
        ),
      );
      const won = await Promise.any(runs.map((run) => run.says(READY).then(() => run)));
      for (const run of runs.filter((other) => other !== won)) {
        expect(await run.exited).toBe(1);
        expect(run.output().trim()).toMatch(IN_USE);
      }
      expect(serversIn(dir)).toHaveLength(1);
      won.signalGroup('SIGINT');
      await nothingLeftOf(dir);
    });

    it('is shared by several npm run fetch at once, until the last of them is done', async () => {
      const dir = scratchDir();
      const runs = Array.from({ length: 3 }, () => launch(FETCH, { env: { DATA_DIR: dir } }));
      for (const run of runs) expect(await run.exited, run.output()).toBe(0);
      await nothingLeftOf(dir);
      // What they made is no start yet: the first one still gets its data.
      const port = await freePort();
      const start = launch(START, { env: { DATA_DIR: dir, PORT: String(port) } });
      await start.says(READY);
      const { datasets } = (await (await fetch(`http://127.0.0.1:${port}/datasets`)).json()) as {
        datasets: [];
      };
      expect(datasets).toHaveLength(3);
      const joined = launch(FETCH, { env: { DATA_DIR: dir } });
      expect(await joined.exited, joined.output()).toBe(0);
      expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200);
      start.signalGroup('SIGINT');
      expect(await start.exited).toBe(0);
    });

    it('is started in again after a server without anybody, and after a number that is another process’s', async () => {
      const dir = dataDir();
      const port = await freePort();
      const env = { DATA_DIR: dir, PORT: String(port) };
      const killed = launch(START, { env });
      await killed.says(READY);
      // Also its guards, so that nobody tells the server to stop.
      const [server] = serversIn(dir);
      for (const pid of processesOf(dir))
        if (/^(node|\/bin\/sh)\0/.test(commandOf(pid))) process.kill(pid, 'SIGKILL');
      await killed.exited;
      expect(commandOf(Number(server))).toContain('postgres');
      const next = launch(START, { env });
      await next.says(READY);
      expect(commandOf(Number(server))).toBe('');
      expect(serversIn(dir)).toHaveLength(1);

      const file = join(dir, 'postgres/cluster/postmaster.pid');
      const lines = readFileSync(file, 'utf8').split('\n');
      next.signalGroup('SIGINT');
      await nothingLeftOf(dir);
      expect(existsSync(file)).toBe(false);
      writeFileSync(file, [process.pid, ...lines.slice(1)].join('\n'));
      const last = launch(START, { env });
      await last.says(READY);
      last.signalGroup('SIGINT');
      await vi.waitFor(async () => expect(await last.exited).toBe(0));
      await nothingLeftOf(dir);
    });
  },
);

function serversIn(dir: string): number[] {
  return processesOf(dir).filter((pid) =>
    /\/bin\/postgres\0-D\0/.test(commandOf(pid).replace(/^.*guard\0.*$/s, '')),
  );
}
