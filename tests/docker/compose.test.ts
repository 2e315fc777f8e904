import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isWhole } from '#tests/setup/sample.ts';
import { hasDocker, PROJECT } from './engine.ts';
import { TIMEOUT, useCompose } from './use-compose.ts';

const OWNER_BY_SOCKET = 'postgres://kaggle@/kaggle_data_api';
const DENIED = /^ERROR: {2}42501: (permission denied|must be owner)/;
/** Who is signed in over the network; what looks does so by the socket. */
const SESSIONS = 'SELECT DISTINCT usename FROM pg_stat_activity WHERE client_addr IS NOT NULL ORDER BY 1';

describe.skipIf(!hasDocker || !isWhole)('docker compose', () => {
  const stack = useCompose();
  const { compose, env } = stack;

  it('brings the API up with its migrations applied', async () => {
    const response = await fetch(`${stack.url}/ready`);
    expect(await response.json()).toEqual({ status: 'ready', checks: { database: 'ok', volume: 'ok' } });
  });

  it(
    'mirrors a dataset soon after it is registered, and serves its bytes',
    async () => {
      const id = await register('https://www.kaggle.com/datasets/samples/seattle-weather');
      expect(await served(id, 'samples/seattle-weather/2/seattle-weather.csv')).toBe(true);
    },
    TIMEOUT,
  );

  it(
    'mirrors what is due when the job is run by hand',
    async () => {
      await compose('stop', 'worker');
      const id = await register('https://www.kaggle.com/datasets/samples/palmer-penguins/versions/1');
      const file = `${stack.url}/datasets/${id}/versions/1/files/penguins.json`;
      expect((await fetch(file)).status).toBe(503);
      await compose('run', '--rm', '--no-TTY', 'fetch-kaggle');
      expect(await served(id, 'samples/palmer-penguins/1/penguins.json')).toBe(true);
    },
    TIMEOUT,
  );

  it(
    'the API and the worker are signed in as roles of their own, nobody as the owner',
    async () => {
      await compose('start', 'worker');
      await expect.poll(() => ask(SESSIONS), { timeout: 60_000 }).toBe('kaggle_api\nkaggle_job');
    },
    TIMEOUT,
  );

  it('the job that is run by hand signs in as its role', { timeout: TIMEOUT }, async () => {
    const run = () => compose('run', '--rm', '--no-TTY', '--no-deps', 'fetch-kaggle');
    await ask('ALTER ROLE kaggle_job NOLOGIN');
    await expect(run()).rejects.toMatchObject({
      stdout: expect.stringContaining('role \\"kaggle_job\\" is not permitted to log in'),
    });
    await ask('ALTER ROLE kaggle_job LOGIN');
    await run();
  });

  it.for([
    ['api', 'CREATE TABLE theirs ()'],
    ['api', 'CREATE SCHEMA theirs'],
    ['api', 'DROP TABLE files'],
    ['api', "UPDATE versions SET state = 'removed'"],
    ['api', 'DELETE FROM graphile_migrate.migrations'],
    ['api', "SELECT pg_read_file('/etc/hostname')"],
    ['job', 'CREATE TABLE theirs ()'],
    ['job', 'TRUNCATE files'],
    ['job', 'UPDATE datasets SET name = name'],
    ['job', 'SELECT FROM idempotency_keys'],
  ])('the role of the %s may not: %s', async ([process, statement = '']) => {
    const uri = `postgres://kaggle_${process}:kaggle-${process}@postgres/kaggle_data_api`;
    expect(await ask('SELECT current_user', uri)).toBe(`kaggle_${process}`);
    expect(await ask(statement, uri)).toMatch(DENIED);
  });

  it(
    'gives roles to a volume from before there were any, and new passwords with the next start',
    async () => {
      const id = await register('https://example.org/before');
      await compose('stop', 'api', 'worker');
      await ask('DROP OWNED BY kaggle_api, kaggle_job; DROP ROLE kaggle_api, kaggle_job');
      for (const password of ['one', 'another']) {
        Object.assign(env, { API_ROLE_PASSWORD: `api-${password}`, JOB_ROLE_PASSWORD: `job-${password}` });
        await compose('up', '--detach', '--no-build', '--wait');
        expect((await fetch(`${stack.url}/datasets/${id}`)).status).toBe(200);
        await expect.poll(() => ask(SESSIONS), { timeout: 30_000 }).toBe('kaggle_api\nkaggle_job');
      }
      const old = 'postgres://kaggle_api:api-one@postgres/kaggle_data_api';
      expect(await ask('SELECT 1', old)).toContain('password authentication failed');
    },
    TIMEOUT,
  );

  it(
    'keeps what was acknowledged when everything is killed and brought up again',
    async () => {
      const id = await register('https://example.org/kept');
      await compose('kill', '--signal', 'SIGKILL', 'postgres', 'api', 'valkey');
      await compose('up', '--detach', '--no-build', '--wait');
      expect((await fetch(`${stack.url}/datasets/${id}`)).status).toBe(200);
    },
    TIMEOUT,
  );

  /** What psql prints, be it an error: as the owner by the server's own socket, or by an address. */
  function ask(statement: string, uri = OWNER_BY_SOCKET): Promise<string> {
    const psql = ['psql', uri, '--no-psqlrc', '-qAt', '-v', 'VERBOSITY=verbose', '-c', statement];
    return compose('exec', '--no-TTY', 'postgres', ...psql).catch(({ stderr }) => stderr.trim());
  }

  /** Waits until the API serves a file of samples/, and compares the two. */
  async function served(id: number, sample: string): Promise<boolean> {
    const [version = '', name = ''] = sample.split('/').slice(2);
    const source = await readFile(join(PROJECT, 'samples', sample));
    for (let attempt = 0; attempt < 150; attempt += 1) {
      const response = await fetch(`${stack.url}/datasets/${id}/versions/${version}/files/${name}`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (response.status === 200) return sha256(bytes) === sha256(source);
      await sleep(200);
    }
    return false;
  }

  async function register(source_url: string): Promise<number> {
    const response = await fetch(`${stack.url}/datasets`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: source_url, source_url }),
    });
    expect(response.status).toBe(201);
    return ((await response.json()) as { id: number }).id;
  }
});

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
