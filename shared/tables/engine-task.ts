import type { ConvertTask } from './convert/convert-task.ts';
import type { ExportTask } from './export/export-task.ts';
import type { QueryTask } from './sql/query-steps.ts';

/** What a process of the engine can be asked to do, once. */
export type EngineTask = ConvertTask | ExportTask | QueryTask;
