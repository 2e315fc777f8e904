import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

const MAIN = resolve(import.meta.dirname, '../../../functions/migrate/main.ts');

describe.skipIf(!hasDatabase)('roles whose passwords the migrations are given', () => {
  const database = useDatabase();
  const sql = useSql(database);
  const api = `${database.name}_api`;
  const job = `${database.name}_job`;
  const owner = `${database.name}_owner`;
  afterAll(async () => {
    for (const role of [api, job]) await sql(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    await sql(`REASSIGN OWNED BY ${owner} TO CURRENT_USER; DROP OWNED BY ${owner}; DROP ROLE ${owner}`);
  });

  const as = (role: string, password: string) => {
    const url = new URL(database.url);
    url.username = role;
    url.password = password;
    return url.href;
  };
  const signIn = async (role: string, password: string) => {
    const client = new pg.Client({ connectionString: as(role, password) });
    try {
      await client.connect();
      return (await client.query('SELECT current_user AS me')).rows[0].me;
    } catch (error) {
      return (error as pg.DatabaseError).code;
    } finally {
      await client.end();
    }
  };
  const migrate = async (env: Record<string, string>, url = database.url) => {
    const child = spawn(process.execPath, [MAIN], {
      env: { DATABASE_URL: url, LOG_LEVEL: 'trace', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    return { status, output: stdout + stderr };
  };
  const given = (passwords: { api: string; job: string }) => ({
    API_ROLE: api,
    JOB_ROLE: job,
    API_ROLE_PASSWORD: passwords.api,
    JOB_ROLE_PASSWORD: passwords.job,
  });

  it('are made, by several runs at once, and may do no more than any new role', async () => {
    const runs = await Promise.all(
      Array.from({ length: 3 }, () => migrate(given({ api: 'first-a', job: 'first-j' }))),
    );
    expect(runs.map(({ status, output }) => (status === 0 ? 0 : output))).toEqual([0, 0, 0]);
    expect(runs.map(({ output }) => output).join()).not.toMatch(/first-[aj]/);
    expect(await signIn(api, 'first-a')).toBe(api);
    expect(await signIn(job, 'first-j')).toBe(job);
    expect(await signIn(api, 'first-j')).toBe('28P01');
    const columns =
      'rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolinherit, rolcanlogin';
    await sql(`CREATE ROLE ${owner} LOGIN CREATEROLE PASSWORD 'owner'`);
    const [plain] = await sql(`SELECT ${columns} FROM pg_roles WHERE rolname = '${owner}'`);
    for (const role of [api, job])
      expect(await sql(`SELECT ${columns} FROM pg_roles WHERE rolname = '${role}'`)).toEqual([
        { ...plain, rolcreaterole: false },
      ]);
  });

  it('get the password of the last run, and keep it in runs without one', async () => {
    expect((await migrate(given({ api: 'second-a', job: 'first-j' }))).status).toBe(0);
    expect((await migrate({ API_ROLE: api, JOB_ROLE: job })).status).toBe(0);
    expect(await signIn(api, 'first-a')).toBe('28P01');
    expect(await signIn(api, 'second-a')).toBe(api);
    expect(await signIn(job, 'first-j')).toBe(job);
  });

  it('are made by an owner who is no superuser, where it may make roles', async () => {
    for (const role of [api, job]) await sql(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    // As if the owner had made all of it.
    await sql('DROP SCHEMA public, graphile_migrate CASCADE');
    await sql(`ALTER DATABASE ${database.name} OWNER TO ${owner}`);
    await sql(`CREATE SCHEMA public AUTHORIZATION ${owner}`);
    for (const password of ['third-a', 'fourth-a']) {
      const run = await migrate(given({ api: password, job: 'third-j' }), as(owner, 'owner'));
      expect(run, run.output).toMatchObject({ status: 0 });
      expect(await signIn(api, password)).toBe(api);
    }
    await sql(`ALTER ROLE ${owner} NOCREATEROLE`);
    const refused = await migrate(given({ api: 'fifth-a', job: 'fifth-j' }), as(owner, 'owner'));
    expect(refused.status).toBe(1);
    expect(refused.output).toContain('permission denied to alter role');
    expect(refused.output).not.toMatch(/fifth-[aj]/);
    expect(await signIn(api, 'fourth-a')).toBe(api);
  });

  it('are not the role that owns the tables', async () => {
    const env = { API_ROLE: owner, API_ROLE_PASSWORD: 'sixth-a' };
    const { status, output } = await migrate(env, as(owner, 'owner'));
    expect(status).toBe(1);
    expect(output).toContain(`${owner} is the role that runs the migrations`);
    expect(await signIn(owner, 'owner')).toBe(owner);
  });

  it('are named with their passwords, which are for one line of ASCII', async () => {
    const { status, output } = await migrate({
      API_ROLE_PASSWORD: 'a',
      JOB_ROLE: job,
      JOB_ROLE_PASSWORD: 'ü',
    });
    expect(status).toBe(2);
    expect(output).toContain('API_ROLE_PASSWORD: requires API_ROLE');
    expect(output).toContain('JOB_ROLE_PASSWORD: must consist of printable ASCII characters without spaces');
  });
});
