import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ConvertedTable } from '#shared/data/table-queue.ts';
import type { Engine } from '#shared/tables/open-engine.ts';
import { cellsRelation } from './cells-relation.ts';
import { allStatistics } from './column-groups.ts';
import { MEMORY, WIDE_MEMORY } from './conversion-engine.ts';
import type { ConvertTask } from './convert-task.ts';
import { csvRelation } from './csv-relation.ts';
import { jsonRelation } from './json-relation.ts';
import { parquetRelation } from './parquet-relation.ts';
import { readSheets } from './read-sheets.ts';
import { sqliteRows } from './read-sqlite.ts';
import type { Relation } from './relation.ts';
import { isWide } from './some-columns.ts';
import { TableError, toTableError } from './table-error.ts';
import { writeParquet } from './write-parquet.ts';

type Task = Extract<ConvertTask, { kind: 'convert' }>;

/**
 * Converts a file, or one part of it, to Parquet, with what is known of the table afterwards.
 * @throws {TableError}
 */
export async function convertFile(engine: Engine, task: Task): Promise<ConvertedTable> {
  const connection = await engine.connect();
  let width = 0;
  try {
    const relation = await relationOf(connection, task);
    width = relation.columns.length;
    if (isWide(relation.columns)) await engine.limit(WIDE_MEMORY);
    else await engine.release();
    const { columns, rows, row_groups } = await writeParquet(connection, relation, task.target);
    await engine.limit(MEMORY);
    const statistics = await allStatistics(engine, connection, { target: task.target, columns, rows });
    const schema = columns.map((column, index) => ({
      ...column,
      nullable: (statistics[index]?.nulls ?? 0) > 0,
      description: null,
      encoding: statistics[index]?.encoding ?? null,
    }));
    return {
      rows,
      schema,
      conversion: relation.conversion,
      statistics: { rows, covers: 'all', columns: statistics.map(({ encoding: _, ...shown }) => shown) },
      parquet: { ...(await flushed(task.target)), row_groups },
    };
  } catch (error) {
    const known = toTableError(error);
    if (error === known || known.failure !== 'too-large' || width <= 1) throw known;
    throw new TableError(
      'too-large',
      `Its ${width} columns do not fit into the memory of a conversion. A file of fewer columns, or of shorter texts, does.`,
    );
  } finally {
    // With its temporary tables.
    connection.closeSync();
    await engine.limit(MEMORY);
  }
}

async function relationOf(connection: DuckDBConnection, task: Task): Promise<Relation> {
  switch (task.format) {
    case 'json':
    case 'ndjson':
      return jsonRelation(connection, task);
    case 'parquet':
      return parquetRelation(connection, task);
    case 'sqlite':
      return cellsRelation(connection, task.scratch, sqliteRows(task, task.part ?? ''));
    case 'xlsx':
      return cellsRelation(connection, task.scratch, await sheetRows(task));
    default:
      return csvRelation(connection, task);
  }
}

/** A sheet has one kind of number: those that are whole are integers. */
async function sheetRows(task: Task): Promise<unknown[][]> {
  const found = (await readSheets(task)).find(({ sheet }) => sheet === task.part);
  return (found?.data ?? []).map((row) =>
    row.map((cell) => (Number.isSafeInteger(cell) ? BigInt(cell as number) : cell)),
  );
}

/** Makes the file last, and says what is in it. */
async function flushed(path: string): Promise<{ bytes: number; sha256: string }> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  const sum = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    sum.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: sum.digest('hex') };
}
