import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { awaitRoute } from '#shared/data/await-route.ts';

const SERVER = `const server = require('net').createServer((socket) => socket.resume());
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));`;

const timeOf = async (work: Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work;
  return performance.now() - started;
};

// With a full queue Linux drops the packets of further connections, as a network policy does.
describe.skipIf(process.platform !== 'linux')('awaitRoute', () => {
  let server: ChildProcess;
  const queued: Socket[] = [];

  afterEach(() => {
    for (const socket of queued.splice(0)) socket.destroy();
    server.kill('SIGKILL');
  });

  async function silentServer(): Promise<string> {
    server = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [port] = await once(server.stdout as NodeJS.ReadableStream, 'data');
    server.kill('SIGSTOP');
    for (let count = 0; count < 6; count += 1)
      queued.push(connect(Number(port), '127.0.0.1').on('error', () => {}));
    await sleep(100);
    return `postgres://someone@127.0.0.1:${Number(port)}/db`;
  }

  it('finds a way that opens later, before TCP tries again', async () => {
    const url = await silentServer();
    const ends: string[] = [];
    const plain = connect(Number(new URL(url).port), '127.0.0.1');
    queued.push(plain);
    const ours = awaitRoute(url).then(() => ends.push('ours'));
    setTimeout(() => ends.push('opened') && server.kill('SIGCONT'), 250);
    await Promise.all([ours, once(plain, 'connect').then(() => ends.push('plain'))]);
    expect(ends).toEqual(['opened', 'ours', 'plain']);
  });

  it('gives up after a second', async () => {
    const waited = await timeOf(awaitRoute(await silentServer()));
    expect(waited).toBeGreaterThan(900);
    expect(waited).toBeLessThan(2_000);
  });

  it.for([
    'postgres://someone@127.0.0.1:1/db',
    'postgres://someone@no-such-host.invalid/db',
    'postgres:///db?host=/var/run/postgresql',
    'not an address',
  ])('takes no time for %s', async (url) => {
    server = spawn(process.execPath, ['-e', '']);
    expect(await timeOf(awaitRoute(url))).toBeLessThan(900);
  });
});
