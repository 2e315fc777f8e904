import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { type EmbeddedPostgres, startPostgres } from './embedded-postgres/server.ts';

interface LocalRole {
  name: string;
  password: string;
}

export interface LocalDatabase extends Pick<EmbeddedPostgres, 'shared' | 'stop'> {
  /** The database was made by this call. */
  created: boolean;
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

/** The embedded PostgreSQL of a data directory: the running one, or one started now. */
export async function openLocalDatabase(dataDir: string): Promise<LocalDatabase> {
  const server = await startPostgres({ dir: join(dataDir, 'postgres') });
  const { shared, stop } = server;
  const url = server.url(NAME);
  const roles = { api: roleOf(url, 'kaggle_api'), job: roleOf(url, 'kaggle_job') };
  const created = await ensureDatabase(server.url('postgres'), NAME);
  return {
    created,
    shared,
    stop,
    url,
    apiUrl: signedInAs(roles.api, url),
    jobUrl: signedInAs(roles.job, url),
    roles,
    shadowUrl: server.url(`${NAME}_shadow`),
    rootUrl: server.url('template1'),
  };
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

/** Makes the database unless it is there; says whether it did. */
export async function ensureDatabase(rootUrl: string, name: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: rootUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount !== 0) return false;
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
    return true;
  } finally {
    await client.end();
  }
}
