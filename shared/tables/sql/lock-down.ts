import type { DuckDBConnection } from '@duckdb/node-api';
import { identifier, literal } from '#shared/tables/sql-text.ts';
import type { TableView } from './query-steps.ts';

/** Its file cannot be read. */
export class DamagedTable extends Error {}

/**
 * Leaves the engine nothing but these tables, by name, and standard output where it has to write. The order matters: what
 * is allowed cannot be said after external access is off, and nothing can be said after the configuration is locked.
 */
export async function lockDown(
  connection: DuckDBConnection,
  views: readonly TableView[],
  { writes }: { writes: boolean },
): Promise<void> {
  const paths = [...views.map(({ path }) => path), ...(writes ? ['/dev/stdout'] : [])];
  await connection.run(`SET errors_as_json = true`);
  await connection.run(`SET allowed_paths = [${paths.map(literal).join(', ')}]`);
  await connection.run(`SET enable_external_access = false`);
  for (const view of views)
    await createView(connection, view).catch((error) => {
      throw new DamagedTable((error as Error).message);
    });
  await connection.run(`SET lock_configuration = true`);
}

async function createView(connection: DuckDBConnection, { schema, name, path, json, numbered }: TableView) {
  const place = schema === '' ? 'main' : schema;
  const typed = json.map((column) => `CAST(${identifier(column)} AS JSON) AS ${identifier(column)}`);
  const replaced = typed.length > 0 ? ` REPLACE (${typed.join(', ')})` : '';
  await connection.run(`CREATE SCHEMA IF NOT EXISTS ${identifier(place)}`);
  await connection.run(
    `CREATE VIEW ${identifier(place)}.${identifier(name)} AS SELECT *${replaced} FROM read_parquet(${literal(path)}, file_row_number = ${numbered})`,
  );
}
