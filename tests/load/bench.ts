import { existsSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { baseline, ours } from './api-servers.ts';
import { type BenchDatabase, startBenchDatabase } from './bench-database.ts';
import { createTable, least, median, type Target } from './bench-table.ts';
import { type Measured, measureRequests, REQUESTS } from './measure-requests.ts';
import { launch, type Running, residentMemory, type Subject, stop } from './servers.ts';

// Interleaved rounds of the bundle and of baselines, on a PostgreSQL of their own. Medians are printed, and the least
// processor time, as lines of a Markdown table. A missed target is exit code 1.
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const SECONDS = Number(process.env.SECONDS ?? 2);
const WARM_UP = 3_000;
const COLD_STARTS = Number(process.env.COLD_STARTS ?? 15);
const CONNECTIONS = (process.env.CONNECTIONS ?? '1,10,100').split(',').map(Number);
const dist = resolve(process.env.DIST ?? 'dist');
if (!existsSync(join(dist, 'server.mjs'))) {
  process.stderr.write('There is no dist/server.mjs: npm run build first.\n');
  process.exit(2);
}

interface Targets {
  /** At each number of connections. */
  rate: Target[];
  /** At ten. */
  processor: Target[];
}

const LIST: Targets = {
  rate: [
    { per: 'bare', least: 0.95 },
    { per: 'fastify + pg', least: 1 },
  ],
  processor: [{ per: 'bare', most: 1.2 }],
};
const TARGETS: Record<keyof typeof REQUESTS, Targets> = {
  'GET one': {
    rate: [
      { per: 'bare', least: 0.95 },
      { per: 'fastify + pg', least: 0.75 },
    ],
    processor: [{ per: 'bare', most: 1.5 }],
  },
  'list 100': LIST,
  'list 100, another page each time': LIST,
  POST: { rate: [{ per: 'bare', least: 0.95 }], processor: [{ per: 'bare', most: 1.6 }] },
};

type Table = ReturnType<typeof createTable>;

async function bench(database: BenchDatabase): Promise<readonly string[]> {
  const subjects = [
    baseline('bare', 'server', database),
    ours('ours', dist, database),
    baseline('fastify + pg', 'fastify-pg', database),
    baseline('express + pg', 'express-pg', database),
    baseline('hono + postgres.js', 'hono-postgres', database),
  ];
  print(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, ${new Date().toISOString()},`);
  print(`${ROUNDS} rounds of ${SECONDS} s and ${COLD_STARTS} cold starts, ${load()} before:\n`);
  const table = createTable(
    subjects.map(({ name }) => name),
    print,
  );
  await coldStarts(subjects, ours('alone', dist, database, 'catalogue'), table);
  const running = new Map<string, Running>();
  for (const subject of subjects) running.set(subject.name, await launch(subject));
  table.row('RSS idle, MiB', await memory(running));
  for (const [name, request] of Object.entries(REQUESTS)) {
    // For the compilers, which would come in the middle of the rounds on a busy machine.
    for (const server of running.values())
      await measureRequests(server, request, { connections: 10, amount: WARM_UP }, database.postmaster);
    const { rate, processor } = TARGETS[name as keyof typeof REQUESTS];
    for (const connections of CONNECTIONS) {
      const rounds = await inTurn(running, (server) =>
        measureRequests(server, request, { connections, duration: SECONDS }, database.postmaster),
      );
      const figures = (of: keyof Measured, choose = median) =>
        mapValues(rounds, (measured) => choose(measured.map((round) => round[of])));
      const label = `${name}, ${connections} connection${connections === 1 ? '' : 's'}`;
      table.row(`${label}, requests/s`, figures('rate'), rate);
      table.row(`${label}, processor, µs`, figures('processor', least), connections === 10 ? processor : []);
      table.row(`${label}, PostgreSQL's, µs`, figures('postgres'));
    }
  }
  table.row('RSS after load, MiB', await memory(running), [{ most: 200 }]);
  await Promise.all([...running.values()].map(stop));
  return table.missed;
}

async function inTurn<Value>(
  running: ReadonlyMap<string, Running>,
  measure: (server: Running) => Promise<Value>,
): Promise<Map<string, Value[]>> {
  const rounds = new Map<string, Value[]>([...running.keys()].map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, server] of running) rounds.get(name)?.push(await measure(server));
  return rounds;
}

/** With warm compile caches. The catalogue alone is the same bundle, of which less is set up. */
async function coldStarts(subjects: readonly Subject[], alone: Subject, table: Table): Promise<void> {
  const times = new Map<string, number[]>([...subjects, alone].map(({ name }) => [name, []]));
  for (let round = -2; round < COLD_STARTS; round++)
    for (const subject of [...subjects, alone]) {
      const running = await launch(subject);
      // The first two fill the compile caches, which are written at a proper end.
      if (round >= 0) times.get(subject.name)?.push(running.coldStart);
      await stop(running);
    }
  const medians = mapValues(times, median);
  table.row('cold start, ms', medians, [{ per: 'bare', most: 1.35 }]);
  const { ours: whole = Number.NaN, alone: catalogue = Number.NaN } = medians;
  table.row('cold start ÷ that of the catalogue alone', { ours: whole / catalogue }, [{ most: 1.03 }]);
}

async function memory(running: ReadonlyMap<string, Running>): Promise<Record<string, number>> {
  const sizes = new Map<string, number>();
  for (const [name, server] of running) sizes.set(name, await residentMemory(server));
  return Object.fromEntries(sizes);
}

function mapValues<From, To>(
  map: ReadonlyMap<string, From>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries([...map].map(([name, value]) => [name, change(value)]));
}

function load(): string {
  return `load average ${loadavg()[0]?.toFixed(1)}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.setMaxListeners(0);
const database = await startBenchDatabase();
try {
  const missed = await bench(database);
  print(`\n${load()} after; ${missed.length} targets missed`);
  for (const miss of missed) print(`missed: ${miss}`);
  process.exitCode = missed.length === 0 ? 0 : 1;
} finally {
  await database.stop();
}
