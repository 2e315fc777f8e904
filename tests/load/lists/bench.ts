import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { createRuntime } from '#functions/host/runtime.ts';
import { groups } from '#functions/index.ts';
import { loadConfig } from '#shared/config/load-config.ts';
import { ServerConfig } from '#shared/config/server-config.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { startEmptyDatabase } from '../empty-database.ts';
import { backendTime } from '../search/backend-time.ts';
import { fill } from './fill.ts';
import { requestsOf } from './requests.ts';

const HELP = `Measures lists and items over few and over many rows: npm run bench:lists -- [options]

  --rows N        datasets of the large database, with ten files each    (1000000, some 6 GB and minutes)
  --rounds N      requests of each kind to each database                 (60)
`;
const FEW = 10_000;
/** Of what a request computes in PostgreSQL, over many rows ÷ over few. */
const MOST = 1.3;
const TABLES = ['datasets', 'mirrors', 'versions', 'files', 'syncs'];

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '60' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(HELP);
else await bench(Number(values.rows), Number(values.rounds));

interface Side {
  app: FastifyInstance;
  requests: Record<string, string>;
  cpu(): Promise<number>;
  scans(): Promise<number>;
  close(): Promise<void>;
}

async function bench(rows: number, rounds: number): Promise<void> {
  const database = await startEmptyDatabase('lists');
  const few = new URL(database.url);
  few.pathname = '/few';
  try {
    await send(database.url, 'CREATE DATABASE few TEMPLATE postgres');
    await fill(few.href, FEW);
    await fill(database.url, rows);
    const sides = [await open(few.href, FEW), await open(database.url, rows)] as const;
    const before = await sides[1].scans();
    const grows = await compare(sides, rounds, rows);
    // A process tells its statistics when it ends.
    for (const side of sides) await side.close();
    const scanned = (await sides[1].scans()) - before;
    print(
      `\nSequential scans over ${rows} rows: ${scanned}. Above ${MOST} ×: ${grows.join(', ') || 'none'}.`,
    );
    if (grows.length > 0 || scanned > 0) process.exitCode = 1;
  } finally {
    await database.stop();
  }
}

/** Each request to both in turns; what computes more over many rows than MOST allows. */
async function compare([few, many]: readonly [Side, Side], rounds: number, rows: number): Promise<string[]> {
  print(
    `${cpus().length} × ${cpus()[0]?.model}, load average ${loadavg()[0]?.toFixed(1)}, median of ${rounds}\n`,
  );
  print(`| | CPU ms at ${FEW} | at ${rows} | ratio | ms at ${FEW} | at ${rows} |\n|---|---|---|---|---|---|`);
  const grows: string[] = [];
  for (const name of Object.keys(few.requests)) {
    const measured = [few, many].map(() => ({ cpu: [] as number[], time: [] as number[] }));
    for (let round = -10; round < rounds; round++)
      for (const [index, side] of [few, many].entries()) {
        const figures = await measure(side, name);
        if (round < 0) continue;
        measured[index]?.cpu.push(figures.cpu);
        measured[index]?.time.push(figures.time);
      }
    const [before, after] = measured.map(({ cpu, time }) => ({ cpu: median(cpu), time: median(time) }));
    if (!before || !after) continue;
    const ratio = after.cpu / before.cpu;
    if (ratio > MOST) grows.push(name);
    const cells = [
      before.cpu.toFixed(2),
      after.cpu.toFixed(2),
      ratio.toFixed(2),
      before.time.toFixed(1),
      after.time.toFixed(1),
    ];
    print(`| ${name} | ${cells.join(' | ')} |`);
  }
  return grows;
}

async function measure({ app, requests, cpu }: Side, name: string): Promise<{ cpu: number; time: number }> {
  const url = requests[name] ?? '';
  const before = await cpu();
  const start = performance.now();
  const { statusCode, body } = await app.inject({ method: 'GET', url });
  const time = performance.now() - start;
  if (statusCode !== 200) throw new Error(`${url}: ${statusCode} ${body}`);
  return { time, cpu: (await cpu()) - before };
}

/** The API over one connection, whose process is looked at. */
async function open(url: string, rows: number): Promise<Side> {
  const env = {
    DATABASE_URL: url,
    DATABASE_POOL_SIZE: '1',
    AUTH: 'off',
    RATE_LIMIT: 'off',
    LOG_LEVEL: 'silent',
  };
  const config = loadConfig(ServerConfig, env);
  const { app, close } = await createRuntime(
    groups,
    config,
    createLogger({ level: 'silent', name: 'bench' }),
  );
  await app.inject('/datasets/1');
  const scans = async () => {
    const [row] = await send(
      url,
      `SELECT sum(seq_scan)::int AS scans FROM pg_stat_user_tables
      WHERE relname IN (${TABLES.map((name) => `'${name}'`).join(', ')})`,
    );
    return Number(row?.scans);
  };
  return { app, requests: requestsOf(rows), cpu: await backendTime(url, 'kaggle-data-api'), scans, close };
}

async function send(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
