import { createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { openSharedPostgres, type SharedPostgres } from './shared-postgres.ts';

interface LocalRole {
  name: string;
  password: string;
}

export interface LocalDatabase extends Omit<SharedPostgres, 'url'> {
  /** No start of this database has come as far as `settle`. */
  isNew: boolean;
  settle(): Promise<void>;
  /** As the owner, for migrations. */
  url: string;
  /** As the roles of the processes, once the migrations have made them. */
  apiUrl: string;
  jobUrl: string;
  roles: Record<'api' | 'job', LocalRole>;
  /** For graphile-migrate's shadow database, and its connection that creates databases. */
  shadowUrl: string;
  rootUrl: string;
}

const NAME = 'kaggle_data_api';

/**
 * The embedded PostgreSQL of a data directory, started now; with `share` also the one that another process has running.
 * @throws {StartError} that says why it cannot be
 */
export async function openLocalDatabase(
  dataDir: string,
  options: { share?: boolean; signal?: AbortSignal } = {},
): Promise<LocalDatabase> {
  const server = await openSharedPostgres(dataDir, options);
  try {
    const url = server.url(NAME);
    const roles = { api: roleOf(url, 'kaggle_api'), job: roleOf(url, 'kaggle_job') };
    // Of this name until its first data is in it, so that an interrupted first start is a first start again.
    const unsettled = join(dataDir, 'postgres/unsettled');
    await ensureDatabase(server.url('postgres'), NAME, () => writeFile(unsettled, ''));
    return {
      isNew: existsSync(unsettled),
      settle: () => rm(unsettled, { force: true }),
      ...server,
      url,
      apiUrl: signedInAs(roles.api, url),
      jobUrl: signedInAs(roles.job, url),
      roles,
      shadowUrl: server.url(`${NAME}_shadow`),
      rootUrl: server.url('template1'),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** For graphile-migrate, and for what it starts. */
export function graphileEnv({ url, shadowUrl, rootUrl, roles }: LocalDatabase): Record<string, string> {
  return {
    DATABASE_URL: url,
    SHADOW_DATABASE_URL: shadowUrl,
    ROOT_DATABASE_URL: rootUrl,
    API_ROLE: roles.api.name,
    API_ROLE_PASSWORD: roles.api.password,
    JOB_ROLE: roles.job.name,
    JOB_ROLE_PASSWORD: roles.job.password,
  };
}

/** Its password follows from the owner's, so that every process of a data directory knows it and none is kept. */
function roleOf(ownerUrl: string, name: string): LocalRole {
  const password = createHmac('sha256', new URL(ownerUrl).password).update(name).digest('base64url');
  return { name, password };
}

function signedInAs({ name, password }: LocalRole, ownerUrl: string): string {
  return Object.assign(new URL(ownerUrl), { username: name, password }).href;
}

/** Makes the database unless it is there, after `first`. */
export async function ensureDatabase(
  rootUrl: string,
  name: string,
  first: () => Promise<unknown> = async () => {},
): Promise<void> {
  const client = new pg.Client({ connectionString: rootUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount !== 0) return;
    await first();
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  } catch (error) {
    // 42P04, 23505: another process that shares the server was faster.
    if (!(error instanceof pg.DatabaseError && ['42P04', '23505'].includes(String(error.code)))) throw error;
  } finally {
    await client.end();
  }
}
