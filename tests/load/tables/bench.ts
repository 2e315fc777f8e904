import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startFakeKaggle } from '#fake-kaggle/server.ts';
import { runMigrations } from '#functions/migrate/run-migrations.ts';
import { startPostgres } from '#scripts/embedded-postgres/server.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { IMAGE_ENV, launch, stop } from '../servers.ts';
import { compareConversions } from './convert.ts';
import { makeCsv } from './make-csv.ts';
import { compareManySmall } from './many-small.ts';
import { type Server, startOthers } from './others.ts';
import { comparePages } from './pages.ts';
import { IDLE, measureSql } from './sql.ts';
import { measureStreams } from './streams.ts';

const HELP = `Measures tables: npm run bench:tables -- [options]

  --rows N        of the table                                        (4000000, some 490 MB)
  --rounds N      of each measurement                                 (5)
  --small N       tables of 10 kB are converted, and nothing else     (of the large table)
  --builds LIST   of folders that convert small tables in turns       (dist)
  --others DIR    folder of programs: with datasette and roapi in it  (neither is measured)
  --python FILE   interpreter that has the module duckdb              (python3, if it has)
`;
const project = resolve(import.meta.dirname, '../../..');
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '4000000' },
    rounds: { type: 'string', default: '5' },
    small: { type: 'string' },
    builds: { type: 'string', default: join(project, 'dist') },
    others: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(HELP);
else await bench(Number(values.rows), Number(values.rounds), values.others);

async function bench(rows: number, rounds: number, bin: string | undefined): Promise<void> {
  if (!existsSync(join(project, 'dist/server.mjs')))
    throw new Error('npm run build comes first: what ships is measured');
  const place = await mkdtemp(join(tmpdir(), 'bench-tables-'));
  // As root, PostgreSQL runs as a user who has to get through.
  await chmod(place, 0o755);
  const postgres = await startPostgres({ dir: join(place, 'postgres') });
  const kaggle = await startFakeKaggle({ root: join(place, 'source') });
  const say = (lines: readonly string[]) => process.stdout.write(`${lines.join('\n')}\n`);
  try {
    const url = postgres.url('postgres');
    const logger = createLogger({ level: 'warn', name: 'bench' });
    await runMigrations({ url, folder: join(project, 'migrations'), waitSeconds: 10, logger });
    const env = { DATABASE_URL: url, KAGGLE_DATA_ROOT: join(place, 'volume'), ...IMAGE_ENV };
    if (values.small !== undefined) {
      const builds = values.builds.split(',').map((build) => resolve(build));
      say([`| load average ${loadavg()[0]?.toFixed(0)} | figures | ratio |`, '|---|---|---|']);
      say(await compareManySmall({ files: Number(values.small), rounds, builds, place, env }));
      return;
    }
    const folder = join(place, 'source/bench/set/1');
    await mkdir(folder, { recursive: true });
    const csv = join(folder, 'rows.csv');
    await makeCsv(csv, rows);
    say([`| ${rows} rows, load average ${loadavg()[0]?.toFixed(0)} | figures | ratio |`, '|---|---|---|']);
    say(await compareConversions(csv, place, Math.min(rounds, 3)));
    await mirror({ ...env, KAGGLE_BASE_URL: kaggle.baseUrl, MIRROR_MIN_FREE_BYTES: '0' });
    const api = await launch({
      name: 'API',
      args: [join(project, 'dist/server.mjs')],
      env: { ...env, AUTH: 'off', RATE_LIMIT: 'off', METRICS_PORT: 'off', LOG_LEVEL: 'warn' },
    });
    const base = `http://127.0.0.1:${api.port}/datasets/1/versions/1`;
    const pid = api.child.pid ?? 0;
    const parquet = join(place, 'volume/tables/bench/set/1/rows.parquet');
    say(await measureSql({ base, parquet, python: values.python }, rounds));
    const others: Server[] = bin ? await startOthers(bin, csv, place, rows) : [];
    say(await comparePages(base, pid, rows, rounds, others));
    for (const other of others) process.kill(other.pid);
    await sleep(IDLE);
    say(await measureStreams(base, pid, rows));
    await stop(api);
  } finally {
    await kaggle.close();
    await postgres.stop();
    await rm(place, { recursive: true, force: true });
  }
}

async function mirror(env: Record<string, string>): Promise<void> {
  const job = spawn(process.execPath, [join(project, 'dist/fetch-kaggle.mjs'), '--dataset', 'bench/set'], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(job, 'exit');
  if (code !== 0) throw new Error(`the mirror job ended with ${code}`);
}
