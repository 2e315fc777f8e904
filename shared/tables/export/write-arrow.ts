import type { DuckDBConnection } from '@duckdb/node-api';
import {
  binary,
  bool,
  Column,
  columnFromArray,
  type DataType,
  dateDay,
  decimal,
  float64,
  int32,
  int64,
  TimeUnit,
  tableFromColumns,
  tableToIPC,
  timestamp,
  utf8,
} from '@uwdata/flechette';
import type { ColumnType } from '#shared/tables/column-type.ts';
import type { WrittenRows } from './export-task.ts';

/** End of stream: a continuation mark, and no length (Arrow columnar format, IPC streaming format). */
const END = Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);

/** A record batch for each piece that the engine gives, under one schema. */
export async function writeArrow(connection: DuckDBConnection, task: WrittenRows): Promise<void> {
  const statement = await connection.prepare(task.sql);
  for (const [index, value] of task.values.entries()) statement.bindVarchar(index + 1, value);
  const result = await statement.stream();
  const names = result.columnNames();
  const columns = names.map((_, index) => arrowOf(task.types[index] ?? 'text'));
  let first = true;
  for (;;) {
    const chunk = await result.fetchChunk();
    const rows = chunk?.rowCount ?? 0;
    if (rows === 0 && !first) break;
    const filled = columns.map(({ type, stored, convert }, index) => {
      const values = rows === 0 ? [] : (chunk?.getColumnValues(index) ?? []);
      return asType(
        columnFromArray(
          values.map((value) => (value === null ? null : convert(value as never))),
          stored,
        ),
        type,
      );
    });
    const message = Buffer.from(
      tableToIPC(tableFromColumns(names.map((name, index) => [name, filled[index]]) as never), {}) ?? [],
    );
    await write(message.subarray(first ? 0 : schemaLength(message), message.length - END.length));
    first = false;
    if (rows === 0) break;
  }
  await write(END);
}

interface Arrow {
  type: DataType;
  /** What the values are stored as. */
  stored: DataType;
  convert(value: never): unknown;
}

function arrowOf(type: ColumnType): Arrow {
  const plain = (as: DataType): Arrow => ({ type: as, stored: as, convert: (value) => value });
  const [, precision, scale] = /^decimal\((\d+),(\d+)\)$/.exec(type) ?? [];
  if (precision !== undefined)
    return {
      ...plain(decimal(Number(precision), Number(scale))),
      convert: ({ value }: { value: bigint }) => value,
    };
  switch (type) {
    case 'boolean':
      return plain(bool());
    case 'int32':
      return plain(int32());
    case 'int64':
      return plain(int64());
    case 'double':
      return plain(float64());
    case 'date':
      return { type: dateDay(), stored: int32(), convert: ({ days }: { days: number }) => days };
    case 'timestamp':
    case 'timestamptz': {
      const zone = type === 'timestamptz' ? 'UTC' : null;
      return {
        type: timestamp(TimeUnit.MICROSECOND, zone),
        stored: int64(),
        convert: ({ micros }: { micros: bigint }) => micros,
      };
    }
    case 'binary':
      return { ...plain(binary()), convert: ({ bytes }: { bytes: Uint8Array }) => bytes };
    default:
      return plain(utf8());
  }
}

/** Times are integers to Arrow; the library would make them of milliseconds, and lose some. */
function asType<T>(column: Column<T>, type: DataType): Column<T> {
  for (const batch of column.data) batch.type = type as never;
  return new Column([...column.data], type as never);
}

function schemaLength(message: Buffer): number {
  return 8 + message.readInt32LE(4);
}

function write(bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
