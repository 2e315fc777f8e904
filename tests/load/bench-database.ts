import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { type EmptyDatabase, startEmptyDatabase } from './empty-database.ts';

const ROWS = 10_000;

export interface BenchDatabase extends EmptyDatabase {
  /** Process id of the postmaster. */
  postmaster: number;
}

/** A PostgreSQL of its own, with its default durability and 10,000 datasets. */
export async function startBenchDatabase(): Promise<BenchDatabase> {
  const database = await startEmptyDatabase('bench');
  try {
    await fill(database.url);
    const file = join(database.dir, 'postgres/cluster/postmaster.pid');
    const [postmaster] = (await readFile(file, 'utf8')).split('\n');
    return { ...database, postmaster: Number(postmaster) };
  } catch (error) {
    await database.stop();
    throw error;
  }
}

async function fill(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`INSERT INTO datasets (name, description, source_url)
    SELECT 'Dataset ' || md5(i::text), repeat('A description of it. ', 5), 'https://example.org/' || i FROM generate_series(1, ${ROWS}) i`);
  await client.query('VACUUM ANALYZE datasets');
  await client.end();
}
