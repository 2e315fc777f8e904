import { spawnSync } from 'node:child_process';
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { environments, hasHelm, only, type Rendered, useCharts } from './helm.ts';
import { workloadsOf } from './workloads.ts';

const { render } = useCharts();

const uri = (name: string) => ({ name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name, key: 'uri' } } });
const envOf = (objects: Rendered[], kind: string): { name: string; value?: string }[] =>
  workloadsOf(objects)
    .filter((workload) => workload.kind === kind)
    .flatMap(({ spec }) => spec.containers[0].env);

describe.skipIf(!hasHelm)('roles of the database', () => {
  test.for(environments)('in %s each process signs in with a Secret of its own', (environment) => {
    const api = render('kaggle-data-api', environment);
    expect(envOf(api, 'Service')).toContainEqual(uri('postgres-api'));
    expect(envOf(render('fetch-kaggle', environment), 'CronJob')).toContainEqual(uri('postgres-job'));
    const migrations = envOf(api, 'Job');
    expect(migrations).toContainEqual(uri('postgres-app'));
    expect(migrations).toContainEqual({ name: 'API_ROLE', value: 'kaggle_api' });
    expect(migrations).toContainEqual({ name: 'JOB_ROLE', value: 'kaggle_job' });
  });

  test.for(['local', 'dev'] as const)(
    'in %s the Secrets are the chart’s, and stay as they are',
    (environment) => {
      const secret = (process: string, values: object = {}) =>
        only(render('postgres', environment, values), 'Secret', `postgres-${process}`).stringData ?? {};
      for (const process of ['api', 'job']) {
        const { username, password = '', uri: address = '' } = secret(process);
        expect(username).toBe(`kaggle_${process}`);
        expect(password).toMatch(/^[0-9a-f]{64}$/);
        expect(new URL(address)).toMatchObject({ username, password });
        expect(secret(process, { parameters: { max_connections: 300 } })).toEqual(secret(process));
        expect(secret(process, { auth: { password: 'another' } }).password).not.toBe(password);
      }
      expect(secret('api').password).not.toBe(secret('job').password);
      expect(secret('api', { auth: { roles: { api: { password: 'chosen' } } } }).password).toBe('chosen');
    },
  );

  test('two installations have different passwords, though the owner’s be the same', () => {
    const password = (...args: string[]) =>
      only(render('postgres', 'local', {}, ...args), 'Secret', 'postgres-api').stringData?.password;
    expect(password('--namespace', 'one')).not.toBe(password('--namespace', 'two'));
  });

  test('the migrations are given the passwords that they are to set', () => {
    const secretKeyRef = { name: 'postgres-api', key: 'password' };
    const objects = render('kaggle-data-api', 'production', {
      workloads: { migrate: { env: { API_ROLE_PASSWORD: { secretKeyRef } } } },
    });
    const variable = { name: 'API_ROLE_PASSWORD', valueFrom: { secretKeyRef } };
    expect(envOf(objects, 'Job')).toContainEqual(variable);
    expect(envOf(objects, 'Service')).not.toContainEqual(variable);
  });

  test('a Secret that is there is taken as it is', () => {
    const objects = render('postgres', 'local', {
      auth: { roles: { api: { existingSecret: 'vault-api' } } },
    });
    expect(
      objects.filter(({ kind, metadata }) => kind === 'Secret' && metadata.name === 'postgres-api'),
    ).toEqual([]);
    expect(envOf(objects, 'Job')).toContainEqual({
      name: 'API_PASSWORD',
      valueFrom: { secretKeyRef: { name: 'vault-api', key: 'password' } },
    });
  });

  test('can be made by the migrations: without the job their Secrets stay', () => {
    const objects = render('postgres', 'local', { workloads: { roles: null } });
    const names = (kind: string) =>
      objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
    expect(names('Secret').toSorted()).toEqual(['postgres-api', 'postgres-app', 'postgres-job']);
    expect([names('Job'), names('NetworkPolicy')]).toEqual([[], ['postgres']]);
    expect(only(objects, 'NetworkPolicy').spec.ingress).toHaveLength(1);
  });

  test('without them there is nothing but the owner', () => {
    const objects = render('postgres', 'local', { auth: { roles: null } });
    expect(objects.filter(({ kind }) => kind === 'Secret').map(({ metadata }) => metadata.name)).toEqual([
      'postgres-app',
    ]);
    expect(objects.filter(({ kind }) => kind === 'Job')).toEqual([]);
  });

  test.for(['staging', 'production'] as const)('in %s the operator makes them', (environment) => {
    const { spec } = only(render('postgres', environment), 'Cluster');
    const role = (process: string) => ({
      name: `kaggle_${process}`,
      ensure: 'present',
      login: true,
      passwordSecret: { name: `postgres-${process}` },
    });
    expect(spec.managed.roles).toEqual([role('api'), role('job')]);
  });
});

const hasPsql = ['psql', 'pg_isready'].every((name) => spawnSync(name, ['--version']).status === 0);

describe.skipIf(!hasHelm || !hasDatabase || !hasPsql)('the script of the workload roles', () => {
  const { url } = useDatabase();
  const roles = ['a', 'b'].map((name) => `kaggle test "${process.pid}" ${name}`);
  const { hostname, port, username, password, pathname } = new URL(url);
  const owner = {
    PGHOST: hostname,
    PGPORT: port,
    PGUSER: username,
    PGPASSWORD: decodeURIComponent(password),
  };

  const query = async (client: pg.Client, text: string) => {
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  };
  afterAll(async () => {
    for (const role of roles)
      await query(new pg.Client(url), `DROP ROLE IF EXISTS ${pg.escapeIdentifier(role)}`);
  });

  const execute = (passwords: string[]) => {
    const [, , script] =
      workloadsOf([only(render('postgres', 'local'), 'Job')])[0]?.spec.containers[0].command ?? [];
    const env = Object.fromEntries(
      ['API', 'JOB'].flatMap((process, index) => [
        [`${process}_USERNAME`, roles[index]],
        [`${process}_PASSWORD`, passwords[index]],
      ]),
    );
    return spawnSync('sh', ['-euc', script], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, ...owner, PGDATABASE: pathname.slice(1), PROCESSES: 'API JOB', ...env },
    });
  };
  const signedIn = (role: string, password: string) =>
    query(
      new pg.Client({
        host: hostname,
        port: Number(port),
        database: pathname.slice(1),
        user: role,
        password,
      }),
      'SELECT current_user AS role, rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user',
    );

  test('makes each role, whatever its name, and changes its password when it runs again', async () => {
    for (const passwords of [
      ["it's :one", 'two'],
      ['three', 'four'],
    ]) {
      const { status, stderr, stdout } = execute(passwords);
      expect(stderr).toBe('');
      expect(status).toBe(0);
      for (const [index, role] of roles.entries()) {
        expect(stdout).toContain(`the role ${role} may sign in`);
        expect(await signedIn(role, passwords[index] ?? '')).toEqual([
          { role, rolsuper: false, rolcreaterole: false },
        ]);
      }
    }
  });
});
