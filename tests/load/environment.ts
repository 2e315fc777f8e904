import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startPostgres } from '#scripts/embedded-postgres/server.ts';
import { freePort } from '#scripts/free-port.ts';
import { seed } from './seed.ts';
import { IMAGE_ENV, launch, stop } from './servers.ts';

/** The API as it was built, with its own database and volume. */
export interface Environment {
  origin: string;
  databaseUrl: string;
  metricsUrl: string;
  pid: number;
  /** Whether the server has a processor to itself. */
  pinned: boolean;
}

const project = resolve(import.meta.dirname, '../..');
const bundle = join(project, 'dist/server.mjs');

/** Makes it, hands it to `use`, and leaves nothing of it behind. */
export async function withEnvironment(
  say: (line: string) => void,
  use: (environment: Environment) => Promise<void>,
): Promise<void> {
  if (!existsSync(bundle)) {
    say('There is no dist/server.mjs: it is built first (npm run build).');
    execFileSync('npm', ['run', 'build'], { cwd: project, stdio: 'ignore' });
  }
  const pinned = pin(process.pid, '1');
  const dir = await mkdtemp(join(tmpdir(), 'kaggle-load-'));
  try {
    await chmod(dir, 0o755);
    const postgres = await startPostgres({ dir: join(dir, 'postgres') });
    try {
      const root = join(dir, 'volume');
      await mkdir(root);
      const databaseUrl = postgres.url('postgres');
      await seed({ url: databaseUrl, dir, root });
      const metricsPort = await freePort();
      const server = await launch({
        name: 'api',
        args: [bundle],
        env: {
          ...IMAGE_ENV,
          AUTH: 'off',
          DATABASE_URL: databaseUrl,
          HOST: '127.0.0.1',
          KAGGLE_DATA_ROOT: root,
          METRICS_PORT: String(metricsPort),
          RATE_LIMIT: 'off',
          ...passedOn(),
        },
      });
      const { pid } = server.child;
      if (pid === undefined) throw new Error('the server could not be started');
      if (pinned) pin(pid, '0');
      try {
        await use({
          origin: `http://127.0.0.1:${server.port}`,
          databaseUrl,
          metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
          pid,
          pinned,
        });
      } finally {
        await stop(server);
      }
    } finally {
      await postgres.stop();
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Settings of the server that are worth a comparison. */
function passedOn(): Record<string, string> {
  const names = ['DATABASE_POOL_SIZE', 'LOG_LEVEL', 'MAX_CONCURRENT_REQUESTS', 'NODE_OPTIONS'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Every thread of a process onto one processor; what it starts later follows. False where that cannot be done. */
function pin(pid: number, processor: string): boolean {
  if (cpus().length < 2) return false;
  try {
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', processor, String(pid)], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}
