import type { SourceFile } from './convert-task.ts';
import { readSheets } from './read-sheets.ts';
import { sqliteTables } from './read-sqlite.ts';
import { TableError } from './table-error.ts';

/** The names of the tables or sheets in a file. @throws {TableError} */
export async function listParts(file: SourceFile): Promise<string[]> {
  if (file.format === 'sqlite') return sqliteTables(file);
  if (file.format === 'xlsx')
    return (await readSheets(file)).filter(({ data }) => data.length > 0).map(({ sheet }) => sheet);
  throw new TableError('not-a-table', `Files of the format ${file.format} have no parts.`);
}
