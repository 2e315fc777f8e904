import { open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { identifier } from '#shared/tables/sql-text.ts';
import type { SourceFile } from './convert-task.ts';
import { TableError } from './table-error.ts';

const MAGIC = 'SQLite format 3\0';

/** Names of the tables that hold data of the file's own. @throws {TableError} */
export async function sqliteTables(file: SourceFile): Promise<string[]> {
  if (!(await isSqlite(file.path))) throw new TableError('not-a-table', 'The file is no SQLite database.');
  using database = openSqlite(file.path);
  const rows = database
    .prepare(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`,
    )
    .all();
  return rows.map(({ name }) => String(name));
}

/** A table's rows, in the order of its own key. */
export function* sqliteRows({ path }: SourceFile, table: string) {
  using database = openSqlite(path);
  const statement = database.prepare(`SELECT * FROM ${identifier(table)}`);
  statement.setReadBigInts(true);
  statement.setReturnArrays(true);
  yield statement.columns().map(({ name }) => name);
  yield* statement.iterate() as unknown as Iterable<unknown[]>;
}

/** As it is, without a journal of it: nobody writes to a published file. */
function openSqlite(path: string): DatabaseSync {
  const address = pathToFileURL(path);
  address.search = '?immutable=1';
  return new DatabaseSync(address, { readOnly: true, allowExtension: false });
}

async function isSqlite(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
    return buffer.toString('latin1') === MAGIC;
  } finally {
    await file.close();
  }
}
