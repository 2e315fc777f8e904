import type { DuckDBConnection } from '@duckdb/node-api';
import type { ExportTask } from './export-task.ts';

export async function writeArrow(_connection: DuckDBConnection, _task: ExportTask): Promise<void> {
  throw new Error('not yet');
}
