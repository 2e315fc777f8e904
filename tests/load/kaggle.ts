import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFakeKaggle } from '#fake-kaggle/server.ts';
import { runMigrations } from '#functions/migrate/run-migrations.ts';
import { startPostgres } from '#scripts/embedded-postgres/server.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { processorTime } from './processor-time.ts';
import { IMAGE_ENV, launch, type Running, residentMemory, stop } from './servers.ts';

// What Kaggle's protocol costs: npm run bench:kaggle, after npm run build.
const FILES = Number(process.env.FILES ?? 14_000);
const BYTES = Number(process.env.BYTES ?? 128 * 1024 * 1024);
const ROUNDS = Number(process.env.ROUNDS ?? 40);
const HELD = 500;
const dist = resolve(process.env.DIST ?? 'dist');
const RPC = '/api/v1/datasets.DatasetApiService';
const print = (line: string) => void process.stdout.write(`${line}\n`);

const dir = await mkdtemp(join(tmpdir(), 'kaggle-protocol-'));
await chmod(dir, 0o755);
const postgres = await startPostgres({ dir: join(dir, 'postgres') });
const url = postgres.url('postgres');
const source = join(dir, 'source');
const volume = join(dir, 'volume');
const agent = new Agent({ keepAlive: true, maxSockets: 8 });
try {
  const logger = createLogger({ level: 'warn', name: 'bench' });
  await runMigrations({ url, folder: 'migrations', waitSeconds: 5, logger });
  await mkdir(join(source, 'ada/big/1'), { recursive: true });
  await writeFile(join(source, 'ada/big/1/big.bin'), randomBytes(BYTES));
  await mkdir(join(source, 'ada/many/1/d'), { recursive: true });
  const names = Array.from({ length: FILES }, (_, at) => `d/${at}.txt`);
  for (const name of names) await writeFile(join(source, 'ada/many/1', name), name);
  await bring(['ada/big', 'ada/many']);
  print(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, load average ${loadavg()[0]?.toFixed(1)}\n`,
  );
  const serve = (env: Record<string, string>) =>
    launch({
      name: 'api',
      args: [join(dist, 'server.mjs')],
      env: {
        ...IMAGE_ENV,
        AUTH: 'off',
        LOG_LEVEL: 'warn',
        HOST: '127.0.0.1',
        METRICS_PORT: 'off',
        DATABASE_URL: url,
        KAGGLE_DATA_ROOT: volume,
        ...env,
      },
    });
  const api = await serve({});
  await measureWhole(api.port);
  await measureFolder(api, names);
  await stop(api);
  const holding = await serve({ RATE_LIMIT: 'off', MIRROR_PULL_THROUGH: '*' });
  await measureHeld(holding);
  await stop(holding);
} finally {
  agent.destroy();
  await postgres.stop();
  await rm(dir, { recursive: true, force: true });
}

/** Mirrors datasets from a stand-in for Kaggle, in their order. */
async function bring(refs: readonly string[]): Promise<void> {
  const kaggle = await startFakeKaggle({ root: source });
  const args = [join(dist, 'fetch-kaggle.mjs'), ...refs.flatMap((ref) => ['--dataset', ref])];
  const job = spawn(process.execPath, args, {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: url,
      KAGGLE_DATA_ROOT: volume,
      KAGGLE_BASE_URL: kaggle.baseUrl,
      MIRROR_MIN_FREE_BYTES: '0',
      MIRROR_TABLES: 'off',
      LOG_LEVEL: 'warn',
    },
    stdio: 'inherit',
  });
  const [status] = await once(job, 'exit');
  await kaggle.close();
  if (status !== 0) throw new Error(`the job ended with ${status}`);
}

/** A whole download of both protocols, in turns. */
async function measureWhole(port: number): Promise<void> {
  const ways = {
    kaggle: () => download(port, { ownerSlug: 'ada', datasetSlug: 'big', fileName: 'big.bin' }),
    ours: () => get(port, '/datasets/1/versions/1/files/big.bin'),
  };
  const ratios: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const times = { kaggle: 0, ours: 0 };
    for (const way of round % 2 === 0 ? (['kaggle', 'ours'] as const) : (['ours', 'kaggle'] as const))
      times[way] = await timed(ways[way]);
    // The first round fills the caches.
    if (round > 0) ratios.push(times.ours / times.kaggle);
  }
  print(
    `${BYTES / 1_048_576} MiB through Kaggle's protocol: ${median(ratios).toFixed(2)} × /datasets (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}; goal: ≥ 0.95)`,
  );
}

/** Every file of a folder, as kagglehub fetches them, and the same files without the protocol. */
async function measureFolder({ port, child }: Running, names: readonly string[]): Promise<void> {
  const pid = child.pid ?? 0;
  const costs = { kaggle: 0, ours: 0 };
  const statuses = new Map<number, number>();
  const begun = performance.now();
  // In tenths and in turns, so that what else the machine does is in both.
  for (let part = 0; part < 10; part++) {
    const some = names.filter((_, at) => at % 10 === part);
    const cost = async (fetchOne: (name: string) => Promise<number>) => {
      const before = await processorTime(pid);
      await byEight(some, async (name) => {
        const status = await fetchOne(name);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      });
      return (await processorTime(pid)) - before;
    };
    costs.kaggle += await cost((fileName) =>
      download(port, { ownerSlug: 'ada', datasetSlug: 'many', datasetVersionNumber: 1, fileName }),
    );
    costs.ours += await cost((name) => get(port, `/datasets/2/versions/1/files/${name}`));
  }
  const each = (cost: number) => (cost / names.length / 1_000).toFixed(2);
  print(
    `${names.length} files by 8 connections and both ways: statuses ${[...statuses].map(([status, count]) => `${status}: ${count}`).join(', ')}, in ${((performance.now() - begun) / 1_000).toFixed(0)} s`,
  );
  print(
    `processor for each: ${each(costs.kaggle)} ms through Kaggle's protocol, ${each(costs.ours)} ms from /datasets, ${each(costs.kaggle - costs.ours)} ms between them (goal: ≤ 1)`,
  );
}

/** Memory of clients that are held, and what others notice of them. */
async function measureHeld(api: Running): Promise<void> {
  const { port } = api;
  const others = async () => {
    const times: number[] = [];
    for (let at = 0; at < 300; at++) times.push(await timed(() => get(port, '/datasets/1')));
    return median(times);
  };
  await others();
  const [alone, before] = [await others(), await residentMemory(api)];
  const many = new Agent({ keepAlive: true, maxSockets: HELD });
  const held = Array.from({ length: HELD }, async (_, at) => {
    await sleep(at * 4);
    return send(
      { port, method: 'POST', path: `${RPC}/GetDataset`, agent: many },
      { ownerSlug: 'no', datasetSlug: 'body' },
    );
  });
  await sleep(HELD * 4 + 2_000);
  const memory = (await residentMemory(api)) - before;
  const beside = await others();
  const statuses = new Set((await Promise.all(held)).map(({ status }) => status));
  many.destroy();
  print(
    `${HELD} held clients: ${memory.toFixed(1)} MiB (goal: ≤ 60), then ${[...statuses].join(', ')}; GET /datasets/1 takes ${(beside / alone).toFixed(2)} × what it takes without them`,
  );
}

async function download(port: number, body: object): Promise<number> {
  const { status, location } = await send(
    { port, method: 'POST', path: `${RPC}/DownloadDataset`, agent },
    body,
  );
  return location === undefined ? status : get(port, location);
}

async function get(port: number, path: string): Promise<number> {
  return (await send({ port, path, agent })).status;
}

function send(
  options: RequestOptions,
  body?: object,
): Promise<{ status: number; location?: string | undefined }> {
  return new Promise((done, failed) => {
    const headers = body ? { 'content-type': 'application/json' } : {};
    const sent = request({ host: '127.0.0.1', headers, ...options }, (response: IncomingMessage) => {
      const { statusCode: status = 0, headers } = response;
      response.on('error', failed).on('end', () => done({ status, location: headers.location }));
      response.resume();
    });
    sent.on('error', failed).end(body && JSON.stringify(body));
  });
}

async function byEight(names: readonly string[], act: (name: string) => Promise<void>): Promise<void> {
  const left = names[Symbol.iterator]();
  const one = async () => {
    for (const name of left) await act(name);
  };
  await Promise.all(Array.from({ length: 8 }, one));
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await act();
  return performance.now() - begun;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
