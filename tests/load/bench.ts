import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import autocannon from 'autocannon';
import pg from 'pg';
import { runMigrations } from '#functions/migrate/run-migrations.ts';
import { startPostgres } from '#scripts/embedded-postgres/server.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { childrenTime, processorTime } from './processor-time.ts';
import { IMAGE_ENV, launch, type Running, residentMemory, type Subject, stop } from './servers.ts';

// Interleaved rounds of the bundle against the baseline, on a PostgreSQL of their own; medians are printed.
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const SECONDS = Number(process.env.SECONDS ?? 2);
const COLD_STARTS = Number(process.env.COLD_STARTS ?? 15);
const ROWS = 10_000;
const dist = resolve(process.env.DIST ?? 'dist');
if (!existsSync(join(dist, 'server.mjs'))) {
  process.stderr.write('There is no dist/server.mjs: npm run build first.\n');
  process.exit(2);
}

async function bench(url: string, dir: string, postmaster: number): Promise<void> {
  await prepare(url);
  const bare: Subject = {
    name: 'bare',
    args: ['tests/load/baseline/server.mjs'],
    env: { DATABASE_URL: url, NODE_COMPILE_CACHE: join(dir, 'bare-cache') },
  };
  const ours: Subject = {
    name: 'ours',
    args: [join(dist, 'server.mjs')],
    env: {
      AUTH: 'off',
      DATABASE_URL: url,
      HOST: '127.0.0.1',
      LOG_LEVEL: 'warn',
      METRICS_PORT: process.env.METRICS_PORT ?? '0',
      NODE_COMPILE_CACHE: join(dir, 'our-cache'),
      ...IMAGE_ENV,
      RATE_LIMIT: 'off',
    },
  };
  print(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, medians of ${ROUNDS} rounds of ${SECONDS} s\n`,
  );
  print(row('', 'bare', 'ours', 'ours / bare'));
  await coldStarts(bare, ours);
  const [one, two] = [await launch(bare), await launch(ours)];
  print(row('RSS idle, MiB', ...(await Promise.all([one, two].map(residentMemory)))));
  for (const [name, request] of Object.entries(REQUESTS))
    for (const connections of [1, 10, 100])
      await compare(`${name}, ${connections} connections`, request, connections, postmaster, one, two);
  print(row('RSS after load, MiB', ...(await Promise.all([one, two].map(residentMemory)))));
  await Promise.all([stop(one), stop(two)]);
}

const REQUESTS: Record<string, Partial<autocannon.Options>> = {
  'GET one': { url: '/datasets/77' },
  'list 100': { url: '/datasets?limit=100' },
  POST: {
    url: '/datasets',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      name: 'zz bench',
      description: 'A dataset among many',
      source_url: 'https://example.org/x',
    }),
  },
};

async function prepare(url: string): Promise<void> {
  const logger = createLogger({ level: 'warn', name: 'bench' });
  await runMigrations({ url, folder: resolve('migrations'), waitSeconds: 5, logger });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`INSERT INTO datasets (name, description, source_url)
    SELECT 'Dataset ' || md5(i::text), repeat('A description of it. ', 5), 'https://example.org/' || i FROM generate_series(1, ${ROWS}) i`);
  await client.query('VACUUM ANALYZE datasets');
  await client.end();
}

async function coldStarts(bare: Subject, ours: Subject): Promise<void> {
  const times: Record<string, number[]> = { bare: [], ours: [] };
  for (let round = -2; round < COLD_STARTS; round++)
    for (const subject of [bare, ours]) {
      const running = await launch(subject);
      // The first two fill the compile caches, which are written at a proper end.
      if (round >= 0) times[subject.name]?.push(running.coldStart);
      await stop(running);
    }
  print(row('cold start, ms', median(times.bare), median(times.ours)));
}

async function compare(
  label: string,
  request: Partial<autocannon.Options>,
  connections: number,
  postmaster: number,
  ...servers: Running[]
) {
  const rounds = servers.map(() => ({
    rates: [] as number[],
    processor: [] as number[],
    postgres: [] as number[],
  }));
  for (let round = 0; round < ROUNDS; round++)
    for (const [index, { port, child }] of servers.entries()) {
      const { url, ...rest } = request;
      const used = () => Promise.all([processorTime(Number(child.pid)), childrenTime(postmaster)]);
      const [processor, postgres] = await used();
      const result = await autocannon({
        ...rest,
        url: `http://127.0.0.1:${port}${url}`,
        connections,
        duration: SECONDS,
      });
      if (result.non2xx + result.errors > 0)
        throw new Error(`${label}: ${result.non2xx} answers were not 2xx`);
      const [processorThen, postgresThen] = await used();
      const { total } = result.requests;
      rounds[index]?.rates.push(total / result.duration);
      rounds[index]?.processor.push((processorThen - processor) / total);
      rounds[index]?.postgres.push((postgresThen - postgres) / total);
    }
  print(row(`${label}, requests/s`, ...rounds.map(({ rates }) => median(rates))));
  // On a busy machine these are steadier than rates.
  print(row(`${label}, processor, µs`, ...rounds.map(({ processor }) => median(processor))));
  print(row(`${label}, PostgreSQL's, µs`, ...rounds.map(({ postgres }) => median(postgres))));
}

function median(values: number[] = []): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function row(label: string, ...cells: (number | string)[]): string {
  const [bare, ours] = cells;
  const ratio = typeof bare === 'number' && typeof ours === 'number' ? [`${(ours / bare).toFixed(2)}`] : [];
  const shown = [...cells, ...ratio].map((cell) =>
    typeof cell === 'number' ? cell.toFixed(cell < 1_000 ? 1 : 0) : cell,
  );
  return `| ${label.padEnd(42)} | ${shown.map((cell) => cell.padStart(11)).join(' | ')} |`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.setMaxListeners(0);
const dir = await mkdtemp(join(tmpdir(), 'kaggle-bench-'));
await chmod(dir, 0o755);
const server = await startPostgres({ dir: join(dir, 'postgres') });
try {
  const [postmaster] = (await readFile(join(dir, 'postgres/cluster/postmaster.pid'), 'utf8')).split('\n');
  await bench(server.url('postgres'), dir, Number(postmaster));
} finally {
  await server.stop();
  await rm(dir, { recursive: true, force: true });
}
