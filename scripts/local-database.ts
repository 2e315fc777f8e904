import { join } from 'node:path';
import pg from 'pg';
import { type EmbeddedPostgres, startPostgres } from './embedded-postgres/server.ts';

export interface LocalDatabase extends Pick<EmbeddedPostgres, 'shared' | 'stop'> {
  /** The database was made by this call. */
  created: boolean;
  url: string;
  /** For graphile-migrate's shadow database, and its connection that creates databases. */
  shadowUrl: string;
  rootUrl: string;
}

const NAME = 'kaggle_data_api';

/** The embedded PostgreSQL of a data directory: the running one, or one started now. */
export async function openLocalDatabase(dataDir: string): Promise<LocalDatabase> {
  const server = await startPostgres({ dir: join(dataDir, 'postgres') });
  const { shared, stop } = server;
  const created = await ensureDatabase(server.url('postgres'), NAME);
  return {
    created,
    shared,
    stop,
    url: server.url(NAME),
    shadowUrl: server.url(`${NAME}_shadow`),
    rootUrl: server.url('template1'),
  };
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
