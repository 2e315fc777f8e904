import { execFileSync, spawn } from 'node:child_process';
import { Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';
import { freePort } from '#scripts/free-port.ts';

const binary = ['valkey-server', 'redis-server'].find(isInstalled);

/** False when neither TEST_REDIS_URL nor a server to start is there. */
export const hasValkey = process.env.TEST_REDIS_URL !== undefined || binary !== undefined;

/** A Valkey or Redis for this file's tests. */
export function useValkey(): { url: string } {
  const valkey = { url: process.env.TEST_REDIS_URL ?? '' };
  if (valkey.url !== '' || binary === undefined) return valkey;
  let stop = () => {};
  beforeAll(async () => {
    const port = await freePort();
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const child = spawn(binary, args, { stdio: 'ignore' });
    stop = () => child.kill();
    valkey.url = `redis://127.0.0.1:${port}`;
    await answering(valkey.url);
  });
  afterAll(() => stop());
  return valkey;
}

async function answering(url: string): Promise<void> {
  const client = new Redis(url, { retryStrategy: () => 50 });
  client.on('error', () => {});
  await client.ping();
  client.disconnect();
}

function isInstalled(name: string): boolean {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
