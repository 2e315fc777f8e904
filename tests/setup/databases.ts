import pg from 'pg';

/** The same server, another database. */
export function withDatabase(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}

export async function createDatabase(rootUrl: string, name: string, template = 'template0'): Promise<void> {
  await run(
    rootUrl,
    // Half the work of the default, where files are not synced.
    `CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE ${pg.escapeIdentifier(template)} STRATEGY file_copy`,
  );
}

export async function dropDatabase(rootUrl: string, name: string): Promise<void> {
  await run(rootUrl, `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
}

/** Of the names that begin so. */
export async function dropDatabases(rootUrl: string, start: string): Promise<void> {
  const names = await run(
    rootUrl,
    `SELECT datname FROM pg_database WHERE starts_with(datname, ${pg.escapeLiteral(start)})`,
  );
  for (const { datname } of names) await dropDatabase(rootUrl, datname);
}

async function run(connectionString: string, statement: string): Promise<{ datname: string }[]> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}
