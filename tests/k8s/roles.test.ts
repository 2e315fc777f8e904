import { beforeAll, describe, expect, it } from 'vitest';
import { hasCluster } from './setup/cluster.ts';
import { ask, startDatabaseClient } from './setup/database-client.ts';
import { jobValues, startFakeKaggle } from './setup/fake-kaggle.ts';
import { usePlatform } from './setup/platform.ts';

const DENIED = /^ERROR: {2}42501: (permission denied|must be owner)/;
const MIRRORED = 'https://www.kaggle.com/datasets/samples/seattle-weather';
const SECRETS = { OWNER: 'postgres-app', API: 'postgres-api', JOB: 'postgres-job' };

/** Who is signed in, of whom the platform's processes are. */
const SESSIONS = `SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = current_database()
  AND client_addr IS NOT NULL AND application_name <> 'psql' ORDER BY usename`;

/** What each process has no need of. */
const forbidden: [variable: string, what: string, sql: string][] = [
  ['API', 'make a table', 'CREATE TABLE public.theirs (id integer)'],
  ['API', 'make a schema', 'CREATE SCHEMA theirs'],
  ['API', 'alter a table', 'ALTER TABLE datasets ADD COLUMN theirs integer'],
  ['API', 'empty a table', 'TRUNCATE datasets'],
  ['API', 'change what was mirrored', 'UPDATE files SET path = path'],
  ['API', 'change the record of migrations', 'DELETE FROM graphile_migrate.migrations'],
  ['API', 'read the passwords', 'SELECT rolpassword FROM pg_authid'],
  ['API', 'read files of the server', "SELECT pg_read_file('/etc/hostname')"],
  ['JOB', 'make a table', 'CREATE TABLE public.theirs (id integer)'],
  ['JOB', 'empty a table', 'TRUNCATE files'],
  ['JOB', 'change a dataset', 'UPDATE datasets SET name = name'],
  ['JOB', 'read the keys of requests', 'SELECT * FROM idempotency_keys'],
  ['JOB', 'read the passwords', 'SELECT rolpassword FROM pg_authid'],
];

describe.skipIf(!hasCluster)('roles of the database', () => {
  const platform = usePlatform({ job: jobValues, api: { knative: { window: '60s' } } });
  const { api, kubectl } = platform;

  beforeAll(() => startDatabaseClient(platform, SECRETS), 90_000);

  it('the API works, signed in as its own role and nobody as the owner', async () => {
    const created = await api('/datasets', { method: 'POST', body: { name: 'by a role' } });
    expect(created.status, created.body.toString()).toBe(201);
    const path = `/datasets/${created.json().id}`;
    expect((await api(path, { method: 'PUT', body: { name: 'changed' } })).status).toBe(200);
    expect((await api(path, { method: 'DELETE' })).status).toBe(204);
    expect((await api('/ready')).status).toBe(200);
    expect(await ask(platform, 'OWNER', SESSIONS)).toBe('kaggle_api');
  });

  it('the job mirrors as its own role', async () => {
    await startFakeKaggle(platform);
    const body = { name: 'mirrored', source_url: MIRRORED };
    const created = await api('/datasets', { method: 'POST', body });
    expect(created.status, created.body.toString()).toBe(201);
    await kubectl('create', 'job', '--from=cronjob/fetch-kaggle', 'by-hand');
    await kubectl('wait', '--for=condition=Complete', 'job/by-hand', '--timeout=120s').catch(
      async (error) => {
        throw new Error(await kubectl('logs', 'job/by-hand', '--tail=30'), { cause: error });
      },
    );
    expect((await api(`/datasets/${created.json().id}/versions`)).json().versions).not.toEqual([]);
    expect(await ask(platform, 'JOB', 'SELECT current_user')).toBe('kaggle_job');
    const { spec } = await platform.get('cronjob', 'fetch-kaggle');
    const [container] = spec.jobTemplate.spec.template.spec.containers;
    expect(container.env).toContainEqual({
      name: 'DATABASE_URL',
      valueFrom: { secretKeyRef: { name: 'postgres-job', key: 'uri' } },
    });
  });

  it.for(forbidden)('%s may not %s', async ([variable, , sql]) => {
    expect(await ask(platform, variable, sql)).toMatch(DENIED);
  });

  it('no role gets in with the password of another', async () => {
    const crossed = `SELECT replace('$API', 'kaggle_api', 'kaggle_job')`;
    const uri = `$(psql "$API" -Atqc "${crossed}")`;
    const { stderr } = await platform.attempt(
      'kubectl',
      'exec',
      'database-client',
      '--',
      'sh',
      '-c',
      `psql "${uri}" -c 'SELECT 1'`,
    );
    expect(stderr).toContain('password authentication failed for user "kaggle_job"');
  });
});

describe.skipIf(!hasCluster)('an installation from before there were roles', () => {
  const platform = usePlatform({ install: false });
  const { api } = platform;
  const before = {
    POSTGRES_VALUES: platform.values('before-postgres.json', { auth: { roles: null } }),
    API_VALUES: platform.values('before-api.json', {
      env: { RATE_LIMIT: 'off' },
      externalDatabase: { existingSecret: 'postgres-app' },
      migrations: { env: { API_ROLE: null, JOB_ROLE: null } },
    }),
    JOB_VALUES: platform.values('before-job.json', { externalDatabase: { existingSecret: 'postgres-app' } }),
  };
  const passwords = async () =>
    Promise.all(
      ['postgres-api', 'postgres-job'].map((name) =>
        platform.kubectl('get', 'secret', name, '--output', 'jsonpath={.data.password}'),
      ),
    );

  it('gets them with the upgrade, keeps its data, and keeps their passwords from then on', async () => {
    const installed = await platform.make('app', before);
    expect(installed.code, installed.stderr).toBe(0);
    await startDatabaseClient(platform, { OWNER: 'postgres-app' });
    const created = await api('/datasets', { method: 'POST', body: { name: 'from before' } });
    expect(await ask(platform, 'OWNER', SESSIONS)).toBe('kaggle');
    expect(await ask(platform, 'OWNER', "SELECT rolname FROM pg_roles WHERE rolname LIKE 'kaggle_%'")).toBe(
      '',
    );

    const upgraded = await platform.make('app');
    expect(upgraded.code, upgraded.stderr).toBe(0);
    const path = `/datasets/${created.json().id}`;
    expect((await api(path)).json()).toEqual(created.json());
    expect((await api(path, { method: 'PUT', body: { name: 'by a role' } })).status).toBe(200);
    const made = await passwords();
    expect(new Set(made).size).toBe(2);

    const again = await platform.make('app');
    expect(again.code, again.stderr).toBe(0);
    expect(await passwords()).toEqual(made);
    expect((await api('/ready')).status).toBe(200);
  }, 400_000);
});
