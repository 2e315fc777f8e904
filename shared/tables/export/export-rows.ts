import type { DuckDBConnection } from '@duckdb/node-api';
import { openEngine } from '#shared/tables/open-engine.ts';
import { identifier } from '#shared/tables/sql-text.ts';
import type { ExportReply, ExportTask, WrittenRows } from './export-task.ts';
import { writeArrow } from './write-arrow.ts';

const MEMORY = '128MB';
const GROUP_ROWS = 20_000;

/** Ends when all is written, however slowly it is read. */
export async function exportRows(task: ExportTask): Promise<ExportReply> {
  const engine = await openEngine({ memory: MEMORY, spill: null });
  const connection = await engine.connect();
  try {
    await writeRows(connection, task);
    return { exported: true };
  } catch (error) {
    return { broken: (error as Error).message };
  }
}

/** Writes the rows of a statement of ours to standard output. */
export async function writeRows(connection: DuckDBConnection, task: WrittenRows): Promise<void> {
  return task.format === 'arrow' ? writeArrow(connection, task) : copy(connection, task);
}

async function copy(
  connection: DuckDBConnection,
  { sql, values, format, fieldIds }: WrittenRows,
): Promise<void> {
  const list = Object.entries(fieldIds).map(([name, id]) => `${identifier(name)}: ${id}`);
  const ids = list.length > 0 ? `, FIELD_IDS {${list.join(', ')}}` : '';
  const options = {
    csv: 'FORMAT csv, HEADER true',
    ndjson: 'FORMAT json',
    parquet: `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${GROUP_ROWS}${ids}`,
    arrow: '',
  }[format];
  const statement = await connection.prepare(`COPY (${sql}) TO '/dev/stdout' (${options})`);
  for (const [index, value] of values.entries()) statement.bindVarchar(index + 1, value);
  await statement.run();
}
