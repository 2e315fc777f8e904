import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { runMigrations } from '#functions/migrate/run-migrations.ts';
import { startPostgres } from '#scripts/embedded-postgres/server.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { buildPrograms } from './build.ts';
import { copyCluster, makeCluster } from './cluster.ts';
import { createDatabase, dropDatabases, withDatabase } from './databases.ts';
import { dropSettings } from './settings.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** `postgres://…/template1` of a server where databases may be made, or null when there is none. */
    rootUrl: string | null;
    /** The name of a database with all migrations applied, to make others from. */
    template: string;
    /** The folder of the built programs. */
    programs: string;
    /** The folder of a new embedded PostgreSQL, to copy; null when there is none, or another is used. */
    newCluster: string | null;
    /** What random choices are made from. */
    seed: number;
  }
}

const TEMPLATE = `kaggle_test_template_${process.pid}`;

/** One PostgreSQL and one migrated template database for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Before the first worker is started, which inherits what is left.
  dropSettings(process.env);
  nameHelm(process.env);
  const given = process.env.TEST_DATABASE_URL || null;
  const dir = await mkdtemp(join(tmpdir(), 'kaggle-test-'));
  // Started by root, the server runs as a user who has to get through.
  await chmod(dir, 0o755);
  const programs = join(dir, 'programs');
  project.provide('programs', programs);
  project.provide('seed', chooseSeed(process.env));
  const building = buildPrograms(programs);
  const cluster = !given && (await makeCluster(join(dir, 'cluster'))) ? join(dir, 'cluster') : null;
  project.provide('newCluster', cluster);
  const server = cluster === null ? null : await startServer(join(dir, 'postgres'), cluster);
  const rootUrl = given ?? server?.url('template1') ?? null;
  project.provide('rootUrl', rootUrl);
  project.provide('template', TEMPLATE);
  if (rootUrl === null)
    process.stdout.write(
      'Tests of the database are skipped: no embedded PostgreSQL for this platform; set TEST_DATABASE_URL.\n',
    );
  const teardown = async () => {
    if (rootUrl !== null) await dropDatabases(rootUrl, TEMPLATE);
    await server?.stop();
    await rm(dir, { recursive: true, force: true });
  };
  if (rootUrl !== null) {
    await migrateTemplate(rootUrl).catch(async (error) => {
      await teardown();
      throw error;
    });
  }
  await building;
  return teardown;
}

/** `SEED`, to repeat the choices of another run, or one of today's. */
function chooseSeed({ SEED, SLOW }: NodeJS.ProcessEnv): number {
  const seed = SEED ? Number(SEED) : Date.now() % 2 ** 31;
  if (!Number.isSafeInteger(seed)) throw new Error(`SEED has to be a whole number, and is ${SEED}.`);
  process.stdout.write(`SEED=${seed}${SLOW === '1' ? ' SLOW=1' : ''}\n`);
  return seed;
}

/** The Helm that `npm test` has fetched, if there is one. */
function nameHelm(env: NodeJS.ProcessEnv): void {
  const script = resolve(import.meta.dirname, '../../.ci/helm');
  const { stdout, status } = spawnSync(script, ['--here'], { encoding: 'utf8' });
  if (status === 0) env.HELM = stdout.trim();
}

async function startServer(dir: string, cluster: string) {
  copyCluster(dir, cluster);
  const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300'];
  return startPostgres({ dir, settings });
}

async function migrateTemplate(rootUrl: string): Promise<void> {
  await createDatabase(rootUrl, TEMPLATE);
  await runMigrations({
    url: withDatabase(rootUrl, TEMPLATE),
    folder: resolve(import.meta.dirname, '../../migrations'),
    waitSeconds: 10,
    logger: createLogger({ level: 'warn', name: 'migrate' }),
  });
}
