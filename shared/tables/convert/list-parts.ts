import type { SourceFile } from './convert-task.ts';
import { TableError } from './table-error.ts';

/** The names of the tables or sheets in a file. @throws {TableError} */
export async function listParts(file: SourceFile): Promise<string[]> {
  throw new TableError('not-a-table', `Files of the format ${file.format} have no parts.`);
}
