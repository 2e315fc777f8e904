import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { freePort } from '#scripts/free-port.ts';
import { hasDatabase } from '#tests/setup/api.ts';
import {
  commandOf,
  dataDir,
  launch,
  nothingLeftOf,
  processesOf,
  type Run,
  scratchDir,
} from '#tests/setup/installation.ts';
import { isSlow } from '#tests/setup/sample.ts';

const READY = 'Ctrl-C stops everything';
const START = ['npm', 'start'];
const isHere = hasDatabase && process.platform === 'linux';

/** The ways to end it that differ most, and the status of npm where that is ours to say. */
const WAYS: [string, (run: Run, node: number) => unknown, number?][] = [
  ['Ctrl-C in a terminal, which npm passes on once more', (run) => run.signalGroup('SIGINT'), 0],
  ['a terminal that is closed', (run) => run.signalGroup('SIGHUP')],
  ['SIGKILL to npm', (run) => run.child.kill('SIGKILL')],
  ['SIGKILL to all of it', (run) => run.signalGroup('SIGKILL')],
];
if (isSlow)
  WAYS.push(
    ['SIGTERM to all of it', (run) => run.signalGroup('SIGTERM'), 0],
    ['SIGTERM to npm', (run) => run.child.kill('SIGTERM'), 0],
    ['SIGKILL to itself', (_, node) => process.kill(node, 'SIGKILL')],
  );

describe.skipIf(!isHere)('npm start', { timeout: 240_000 }, () => {
  it('leaves nothing running and all data in place, however it is ended', async () => {
    const dir = dataDir();
    for (const [count, [way, end, status]] of WAYS.entries()) {
      const port = await freePort();
      const run = launch(START, { env: { DATA_DIR: dir, PORT: String(port) } });
      await run.says(READY);
      expect(await names(port), way).toHaveLength(3 + count);
      await create(port, way);
      end(run, nodeOf(dir));
      await nothingLeftOf(dir);
      if (status !== undefined) expect(await run.exited, way).toBe(status);
      await expect(fetch(`http://127.0.0.1:${port}/`), way).rejects.toThrow();
      expect(existsSync(join(dir, 'postgres/cluster/postmaster.pid')), way).toBe(false);
      expect(run.output(), way).not.toMatch(/^ +at /m);
    }
    // However it ended, PostgreSQL was shut down.
    const log = readFileSync(join(dir, 'postgres/postgres.log'), 'utf8');
    expect(log).not.toContain('was interrupted');
    expect(log.match(/database system is shut down/g)).toHaveLength(WAYS.length);
  });

  it('leaves nothing running when it is ended before it is ready, and starts anew', async () => {
    const dir = scratchDir();
    const port = await freePort();
    const env = { DATA_DIR: dir, PORT: String(port) };
    const inDatabase = (name: string) => existsSync(join(dir, 'postgres', name));
    const phases = {
      'the database is made': () =>
        readdirSync(dir, { recursive: true }).some((name) => /initdb-/.test(`${name}`)),
      'the database starts': () => inDatabase('cluster/postmaster.pid'),
      'the first data comes': () => inDatabase('unsettled'),
    };
    for (const [phase, isReached] of Object.entries(phases))
      for (const signal of isSlow ? (['SIGKILL', 'SIGINT'] as const) : (['SIGINT'] as const)) {
        const run = launch(START, { env });
        await vi.waitFor(() => expect(isReached(), phase).toBe(true), { timeout: 30_000, interval: 2 });
        run.signalGroup(signal);
        await nothingLeftOf(dir);
        expect(run.output(), phase).not.toMatch(/^ +at /m);
        expect(run.output(), phase).not.toContain(READY);
      }
    const run = launch(START, { env });
    await run.says(READY);
    expect(await names(port)).toHaveLength(3);
    const file = `http://127.0.0.1:${port}/datasets/1/versions/latest/files/seattle-weather.csv`;
    expect((await fetch(file)).status).toBe(200);
    run.signalGroup('SIGINT');
    await nothingLeftOf(dir);
  });

  it('leaves nothing running when npm is killed before the first line of it runs', async () => {
    const dir = scratchDir();
    const run = launch(START, { env: { DATA_DIR: dir, PORT: '0' } });
    const { pid = 0 } = run.child;
    // The shell has become Node then, which takes a while to read the program.
    const isNode = () =>
      processesOf(dir).some((one) => one !== pid && commandOf(one).startsWith('node\0scripts/start.ts'));
    await vi.waitFor(() => expect(isNode()).toBe(true), { timeout: 30_000, interval: 2 });
    run.child.kill('SIGKILL');
    await nothingLeftOf(dir);
    expect(run.output()).not.toContain(READY);
  });

  it('hurries at the second Ctrl-C of somebody impatient, and still stops its database', async () => {
    const dir = dataDir();
    const port = await freePort();
    const env = { DATA_DIR: dir, PORT: String(port) };
    const run = launch(START, { env });
    await run.says(READY);
    await create(port, 'acknowledged');
    // A request that does not arrive whole is waited for.
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      'POST /datasets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    );
    await sleep(200);
    run.signalGroup('SIGINT');
    await sleep(1_500);
    expect(processesOf(dir)).not.toEqual([]);
    const start = performance.now();
    run.signalGroup('SIGINT');
    await nothingLeftOf(dir);
    expect(performance.now() - start).toBeLessThan(7_000);
    expect(await run.exited).toBe(1);

    const next = launch(START, { env });
    await next.says(READY);
    expect(await names(port)).toContain('acknowledged');
    next.signalGroup('SIGINT');
    await nothingLeftOf(dir);
  });
});

describe.skipIf(!isHere)('other processes with a database of their own', { timeout: 120_000 }, () => {
  it.for([
    ['npm run dev', ['npm', 'run', 'dev'], 'functions/host/server.ts'],
    ['npm run fetch', ['npm', 'run', 'fetch', '--', '--queued', '--watch'], 'fetch.ts'],
    ['npm run migrate:create', ['npm', 'run', 'migrate:create'], 'graphile-migrate\0watch'],
  ] as const)('%s leaves nothing running', async ([, command, program]) => {
    const dir = dataDir();
    const env = { DATA_DIR: dir, PORT: String(await freePort()) };
    const ends = [
      (run: Run) => run.signalGroup('SIGINT'),
      () => process.kill(nodeOf(dir), 'SIGKILL'),
      (run: Run) => run.signalGroup('SIGHUP'),
    ];
    for (const end of isSlow ? ends : ends.slice(0, 2)) {
      const run = launch(command, { env });
      await vi.waitFor(
        () => {
          expect(existsSync(join(dir, 'postgres/cluster/postmaster.pid'))).toBe(true);
          expect(processesOf(dir).map(commandOf).join('\n')).toContain(program);
        },
        { timeout: 30_000, interval: 20 },
      );
      end(run);
      await nothingLeftOf(dir);
      expect(existsSync(join(dir, 'postgres/cluster/postmaster.pid'))).toBe(false);
      // Of an API that loses `node --watch` while it starts, Node itself shows a stack.
      if (end !== ends[1]) expect(run.output()).not.toMatch(/^ +at /m);
    }
  });
});

/** The process that npm started. */
function nodeOf(dir: string): number {
  const node = processesOf(dir).find((pid) => /\bnode\0scripts\//.test(commandOf(pid)));
  if (node === undefined) throw new Error('no process of ours');
  return node;
}

async function names(port: number): Promise<string[]> {
  const { datasets } = (await (await fetch(`http://127.0.0.1:${port}/datasets`)).json()) as {
    datasets: { name: string }[];
  };
  return datasets.map(({ name }) => name);
}

async function create(port: number, name: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ name });
  const { status } = await fetch(`http://127.0.0.1:${port}/datasets`, { method: 'POST', headers, body });
  expect(status).toBe(201);
}
