import { resolve } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runMigrations } from '#functions/migrate/run-migrations.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { useSql } from '#tests/setup/sql.ts';
import { useServer } from '#tests/telemetry/server.ts';

describe.skipIf(!hasDatabase)('roles of the database', () => {
  const database = useDatabase();
  const sql = useSql(database);
  const roles = { api: `${database.name}_api`, job: `${database.name}_job` };
  const as = (role: string) => {
    const url = new URL(database.url);
    url.username = role;
    url.password = 'secret';
    return url.href;
  };
  const migrate = ({ api, job }: typeof roles) =>
    runMigrations({
      url: database.url,
      folder: resolve(import.meta.dirname, '../../../migrations'),
      waitSeconds: 10,
      roles: { api: { name: api }, job: { name: job } },
      logger: createLogger({ level: 'silent', name: 'test' }),
    });
  beforeAll(async () => {
    for (const role of Object.values(roles)) await sql(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
    // What someone granted by hand is taken back.
    await sql(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${roles.api}`);
    await migrate(roles);
    await migrate(roles);
  });
  afterAll(async () => {
    for (const role of Object.values(roles)) await sql(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });
  const mirror = useMirror(database);
  const server = useServer(database, () => ({
    DATABASE_URL: as(roles.api),
    MIRROR_PULL_THROUGH: 'ada/*',
  }));
  const refused = async (role: string, statement: string) => {
    const client = new pg.Client({ connectionString: as(role) });
    await client.connect();
    const code = await client.query(statement).then(
      () => 'allowed',
      (error) => error.code,
    );
    await client.end();
    return code;
  };

  it('let the API and the job do all of their work', { timeout: 120_000 }, async () => {
    const send = async (method: string, path: string, body?: object, headers = {}) => {
      const response = await fetch(`${server.address}${path}`, {
        method,
        headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
        ...(body && { body: JSON.stringify(body) }),
      });
      return response.status;
    };
    await mirror.offer('ada/set', 1, { 'a.csv': 'x' });
    const dataset = { name: 'set', source_url: 'https://www.kaggle.com/datasets/ada/set' };
    expect(await send('GET', '/ready')).toBe(200);
    expect(await send('POST', '/datasets', dataset, { 'idempotency-key': 'k' })).toBe(201);
    expect(await send('POST', '/datasets', dataset, { 'idempotency-key': 'k' })).toBe(201);
    expect(await send('PATCH', '/datasets/1', { description: 'd' })).toBe(200);
    expect(await send('PUT', '/datasets/1', dataset)).toBe(200);
    const env = { DATABASE_URL: as(roles.job) };
    for (const args of [
      ['--dataset', 'ada/set'],
      ['--dataset', 'ada/other'],
      ['--queued'],
      ['--enqueue', '--run', 'a'],
      ['--run', 'a'],
      ['--verify'],
      ['--sweep'],
      [],
    ]) {
      if (args.includes('ada/other')) await mirror.offer('ada/other', 1, { 'b.csv': 'y' });
      const { status, stdout, stderr } = await mirror.fetch(args, env);
      expect({ args, status, stderr }, stdout).toEqual({ args, status: 0, stderr: '' });
    }
    for (const path of ['', '/mirror', '/versions', '/versions/latest/files'])
      expect(await send('GET', `/datasets/1${path}`), path).toBe(200);
    expect(await send('POST', '/datasets/1/syncs')).toBe(202);
    expect(await send('DELETE', `/syncs/${(await sql('SELECT max(id) FROM syncs'))[0]?.max}`)).toBe(202);
    expect(await send('DELETE', '/datasets/1')).toBe(204);
    expect((await mirror.fetch(['--sweep'], { ...env, MIRROR_DELETE_GRACE_HOURS: '0' })).status).toBe(0);
    const pulls = { MIRROR_PULL_THROUGH: 'ada/*', MIRROR_EVICT_AFTER_DAYS: '1' };
    await mirror.offer('ada/pulled', 1, { 'a.csv': 'x' });
    const worker = mirror.start(['--queued', '--watch'], { ...env, ...pulls });
    expect(await send('GET', '/v1/datasets/view/ada/pulled')).toBe(200);
    worker.kill();
    await sql("UPDATE pulls SET used_at = now() - interval '2 days'");
    expect((await mirror.fetch(['--sweep'], { ...env, ...pulls })).status).toBe(0);
    expect(await send('GET', '/v1/datasets/status/ada/pulled')).toBe(404);
    expect(server.process.output()).not.toContain('permission denied');
  });

  it.each([
    ['api', 'CREATE TABLE mine ()'],
    ['api', 'DROP TABLE files'],
    ['api', 'ALTER TABLE datasets ADD mine int'],
    ['api', 'TRUNCATE datasets'],
    ['api', 'CREATE TRIGGER t AFTER INSERT ON datasets EXECUTE FUNCTION notify_syncs()'],
    [
      'api',
      "INSERT INTO files (version_id, path, size, sha256, crc32, media_type) VALUES (1, '', 1, '', 1, '')",
    ],
    ['api', "UPDATE versions SET state = 'removed'"],
    ['api', 'DELETE FROM mirrors'],
    ['api', 'SELECT evict_pulled(1)'],
    ['api', 'DELETE FROM graphile_migrate.migrations'],
    ['api', 'SELECT rolpassword FROM pg_authid'],
    ['api', "COPY datasets TO PROGRAM 'cat'"],
    ['job', 'CREATE TABLE mine ()'],
    ['job', 'TRUNCATE syncs'],
    ['job', 'DELETE FROM datasets'],
    ['job', "UPDATE datasets SET name = 'x'"],
    ['job', 'SELECT FROM idempotency_keys'],
    ['job', 'DELETE FROM graphile_migrate.migrations'],
  ] as const)('keep the %s from: %s', async (process, statement) => {
    // 42501: insufficient_privilege
    expect(await refused(roles[process], statement)).toBe('42501');
  });

  it('are named when they do not exist', async () => {
    await expect(migrate({ ...roles, job: 'no_such_role' })).rejects.toThrow(
      'The role no_such_role does not exist.',
    );
  });
});
