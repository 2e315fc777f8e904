import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type LocalDatabase, openLocalDatabase } from '#scripts/local-database.ts';
import { type Installation, openInstallation } from '#tests/docs/local.ts';
import { register, sourcesAt } from '#tests/docs/stories.ts';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { startApi } from '#tests/setup/processes.ts';
import { useSql } from '#tests/setup/sql.ts';

/** Who is signed in, but for who asks. */
const SESSIONS = `SELECT DISTINCT usename AS name FROM pg_stat_activity
  WHERE client_addr IS NOT NULL AND pid <> pg_backend_pid() ORDER BY 1`;

describe.skipIf(!hasDatabase || process.env.TEST_DATABASE_URL)('roles of the embedded database', () => {
  let installation: Installation;
  let database: LocalDatabase;
  beforeAll(async () => {
    installation = await openInstallation();
    await installation.start();
    database = await openLocalDatabase(dataDir(), { share: true });
  }, 60_000);
  afterAll(async () => {
    await database?.stop();
    await installation?.close();
  });

  const dataDir = () => String(installation.env.DATA_DIR);
  const ask = async (url: string, statement: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(statement)).rows;
    } finally {
      await client.end();
    }
  };
  const signedIn = async () => (await ask(database.url, SESSIONS)).map(({ name }) => name);
  const roles = ['kaggle_api', 'kaggle_job'];
  const fetchOnce = () =>
    promisify(execFile)(process.execPath, ['scripts/fetch.ts'], {
      env: { ...process.env, ...installation.env, DATABASE_URL: '' },
    });

  it('npm start: the API and the worker have one each, and nobody is the owner', async () => {
    await expect.poll(signedIn, { timeout: 20_000 }).toEqual(roles);
    await register(installation.address, 'https://example.org/kept');
  });

  it.for([
    ['api', 'CREATE TABLE theirs ()'],
    ['api', 'DROP TABLE files'],
    ['api', "UPDATE versions SET state = 'removed'"],
    ['api', 'DELETE FROM graphile_migrate.migrations'],
    ['api', 'SELECT rolpassword FROM pg_authid'],
    ['job', 'CREATE TABLE theirs ()'],
    ['job', 'TRUNCATE files'],
    ['job', 'UPDATE datasets SET name = name'],
    ['job', 'SELECT FROM idempotency_keys'],
  ])('that of the %s may not: %s', async ([process, statement = '']) => {
    const url = process === 'api' ? database.apiUrl : database.jobUrl;
    // 42501: insufficient_privilege
    await expect(ask(url, statement)).rejects.toMatchObject({ code: '42501' });
  });

  it('npm run fetch has that of the job', { timeout: 60_000 }, async () => {
    await ask(database.url, 'ALTER ROLE kaggle_job NOLOGIN');
    await expect(fetchOnce()).rejects.toMatchObject({
      stdout: expect.stringContaining('role \\"kaggle_job\\" is not permitted to log in'),
    });
    await ask(database.url, 'ALTER ROLE kaggle_job LOGIN');
    await fetchOnce();
  });

  it('a folder from before there were any gets them, whoever comes first', { timeout: 120_000 }, async () => {
    // How the server tells what it is asked, from its next start on.
    await ask(database.url, "ALTER SYSTEM SET log_statement = 'all'");
    await database.stop();
    await installation.stop();
    for (const next of [fetchOnce, () => installation.start()]) {
      const before = await openLocalDatabase(dataDir());
      await ask(before.url, `DROP OWNED BY ${roles}; DROP ROLE ${roles}`);
      await before.stop();
      await next();
    }
    database = await openLocalDatabase(dataDir(), { share: true });
    await expect.poll(signedIn, { timeout: 20_000 }).toEqual(roles);
    expect(await sourcesAt(installation.address)).toContain('https://example.org/kept');
  });

  it('no password gets into the log of the server', async () => {
    const log = await readFile(join(dataDir(), 'postgres/postgres.log'), 'utf8');
    for (const { name, password } of Object.values(database.roles)) {
      expect(log).toContain(`ALTER ROLE "${name}" LOGIN PASSWORD 'SCRAM-SHA-256$`);
      expect(log).not.toContain(password);
    }
  });
});

describe.skipIf(!hasDatabase)('npm start with a DATABASE_URL', () => {
  const database = useDatabase();
  const sql = useSql(database);

  it('does everything as the role named there, and makes none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kaggle-given-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const ours = "SELECT rolname FROM pg_roles WHERE rolname IN ('kaggle_api', 'kaggle_job') ORDER BY 1";
    const before = await sql(ours);
    const api = await startApi('scripts/start.ts', { DATABASE_URL: database.url, DATA_DIR: folder });
    onTestFinished(async () => {
      api.child.kill('SIGINT');
      await api.exited;
    });
    const sessions = `SELECT DISTINCT usename::text AS name, application_name <> '' AS pool FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY pool`;
    const { username: name } = new URL(database.url);
    // The worker listens by a connection that calls itself nothing.
    const all = [
      { name, pool: false },
      { name, pool: true },
    ];
    await expect.poll(() => sql(sessions), { timeout: 20_000 }).toEqual(all);
    expect(await sql(ours)).toEqual(before);
  });
});
