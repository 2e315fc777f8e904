import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startEmptyDatabase } from './empty-database.ts';
import { IMAGE_ENV, launch, type Running, residentMemory, stop } from './servers.ts';

// What the feed of changes and their delivery cost: npm run bench:changes, after npm run build.
const POLLS = 500;
const ROUNDS = 4;
const WRITES = 300;
const EVENTS = 5_000;
const QUIET = 10_000;
const dist = resolve(process.env.DIST ?? 'dist');
const print = (line: string) => void process.stdout.write(`${line}\n`);

const { url, dir, stop: stopDatabase } = await startEmptyDatabase('changes');
try {
  const sql = new pg.Client({ connectionString: url });
  await sql.connect();
  await sql.query("INSERT INTO datasets (name) VALUES ('first')");
  print(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, load average ${loadavg()[0]?.toFixed(1)}\n`,
  );
  const env = { AUTH: 'off', RATE_LIMIT: 'off', LOG_LEVEL: 'warn', HOST: '127.0.0.1', METRICS_PORT: '0' };
  const api = await launch({
    name: 'api',
    args: [
      '--expose-gc',
      '--import',
      join(import.meta.dirname, 'collect-garbage.mjs'),
      join(dist, 'server.mjs'),
    ],
    env: { ...IMAGE_ENV, ...env, DATABASE_URL: url },
  });
  const origin = `http://127.0.0.1:${api.port}`;
  await measureLatency(origin);
  await measurePolls(origin, api, sql);
  await stop(api);
  await measureDelivery(url, sql);
  await sql.end();
} finally {
  await stopDatabase();
}

/** From the response of a write to its event on a stream. */
async function measureLatency(origin: string): Promise<void> {
  const seen = new Map<string, number>();
  const left = new AbortController();
  const headers = { accept: 'text/event-stream' };
  const stream = await fetch(`${origin}/changes?after=now`, { headers, signal: left.signal });
  void (async () => {
    let text = '';
    for await (const chunk of stream.body ?? []) {
      const blocks = (text + Buffer.from(chunk).toString()).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) seen.set(/"name":"(\d+)"/.exec(block)?.[1] ?? '', performance.now());
    }
  })().catch(() => {});
  const written = new Map<string, number>();
  for (let i = 0; i < WRITES; i++) {
    const body = JSON.stringify({ name: String(i) });
    await fetch(`${origin}/datasets`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    written.set(String(i), performance.now());
    await sleep(10);
  }
  while (![...written.keys()].every((name) => seen.has(name))) await sleep(10);
  left.abort();
  const times = [...written]
    .map(([name, at]) => Math.max(0, (seen.get(name) ?? 0) - at))
    .sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)]?.toFixed(1);
  print(
    `${WRITES} writes seen on a stream: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms after the response (goal: p95 ≤ 100 ms)`,
  );
}

/** Memory and queries of requests that wait, in rounds: the first also makes what a process makes once. */
async function measurePolls(origin: string, api: Running, sql: pg.Client): Promise<void> {
  const [kept, grown, queries]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    const before = await liveMemory(api);
    const polls = await openPolls(origin);
    grown.push((await residentMemory(api)) - before);
    const start = await transactions(sql);
    await sleep(QUIET);
    queries.push(((await transactions(sql)) - start) / (QUIET / 1_000));
    kept.push((await liveMemory(api)) - before);
    await sql.query(
      "INSERT INTO changes (id, type, subject, dataset_ids, data) SELECT nextval('changes_ids'), 'mirror.failed', 'mirrors/a/b', '{}', '{\"ref\": \"a/b\"}'",
    );
    await polls.ended;
  }
  const each = (figures: number[]) => figures.map((figure) => figure.toFixed(1)).join(', ');
  print(
    `${POLLS} requests that wait, ${ROUNDS} times: ${each(kept)} MiB (goal: ≤ 40), with garbage ${each(grown)} MiB; ${each(queries)} transactions a second in all`,
  );
}

/** Resident memory without garbage, which V8 lets grow by some 40 MiB between two collections of all. */
async function liveMemory(api: Running): Promise<number> {
  for (let collections = 0; collections < 2; collections++) {
    api.child.kill('SIGUSR2');
    await sleep(1_000);
  }
  return residentMemory(api);
}

async function openPolls(origin: string): Promise<{ ended: Promise<unknown> }> {
  const agent = new Agent({ keepAlive: true, maxSockets: POLLS });
  const polls = Array.from({ length: POLLS }, async (_, i) => {
    await sleep(i * 4);
    const sent = request(`${origin}/changes?after=now&wait=50`, { agent }).end();
    const [response] = await once(sent, 'response');
    response.resume();
    await once(response, 'end');
  });
  await sleep(POLLS * 4 + 3_000);
  return { ended: Promise.all(polls).finally(() => agent.destroy()) };
}

async function transactions(sql: pg.Client): Promise<number> {
  const { rows } = await sql.query(
    'SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()',
  );
  return Number(rows[0].xact_commit);
}

async function measureDelivery(url: string, sql: pg.Client): Promise<void> {
  const times: number[] = [];
  const receiver = createServer((incoming, response) => {
    incoming.resume().once('end', () => {
      times.push(performance.now());
      response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  await sql.query(
    `INSERT INTO changes (id, type, subject, dataset_ids, data)
     SELECT nextval('changes_ids'), 'version.ready', 'mirrors/a/' || i % 1000, ARRAY[i],
       json_build_object('ref', 'a/' || i % 1000, 'version', i) FROM generate_series(1, $1::int) i`,
    [EVENTS],
  );
  const volume = join(dir, 'volume');
  await mkdir(volume);
  const { port } = receiver.address() as AddressInfo;
  const job = spawn(process.execPath, [join(dist, 'fetch-kaggle.mjs'), '--queued'], {
    env: {
      PATH: process.env.PATH,
      ...IMAGE_ENV,
      DATABASE_URL: url,
      KAGGLE_DATA_ROOT: volume,
      LOG_LEVEL: 'warn',
      WEBHOOK_URLS: `http://127.0.0.1:${port}`,
      WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
    },
    stdio: 'inherit',
  });
  await once(job, 'exit');
  const seconds = (Number(times.at(-1)) - Number(times[0])) / 1_000;
  print(`${times.length} events to a webhook: ${Math.round(times.length / seconds)} a second (goal: ≥ 500)`);
  receiver.closeAllConnections();
  receiver.close();
}
