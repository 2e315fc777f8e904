import type { DuckDBConnection } from '@duckdb/node-api';
import { type ColumnType, isNumber, isTime } from '#shared/tables/column-type.ts';
import { type Row, rowsOf } from '#shared/tables/open-engine.ts';
import { identifier, literal } from '#shared/tables/sql-text.ts';
import { jsonValue } from '#shared/tables/value-sql.ts';
import type { WrittenColumn } from './write-parquet.ts';

/** Different values up to which they are counted one by one. */
export const EXACT = 1_000_000;

export const LEVELS = { p05: 0.05, p25: 0.25, p50: 0.5, p75: 0.75, p95: 0.95 };

export function hasQuantiles(type: ColumnType): boolean {
  return isNumber(type) || isTime(type);
}

/** What is known of a column before its values are looked at. */
export interface Ends {
  filled: number;
  /** About how many values differ; null where they are counted. */
  about: number | null;
  /** The least and the greatest of finite values, as JSON shows them. */
  low: unknown;
  high: unknown;
  /** Of the places on a line, where several columns are counted at once. */
  quantiles: readonly number[] | null;
}

export interface CountedValues {
  connection: DuckDBConnection;
  columns: readonly WrittenColumn[];
  ends: readonly Ends[];
  /**
   * SQL behind FROM of rows of `c`, the column's index, `v`, a value that is not null, `x`, its place on a line as a
   * DOUBLE or NULL, and `n`, how often it is there. A value is there once, unless `about` says how many there are.
   */
  from: string;
}

/**
 * Counts the values of columns: all further statistics are made of that, which is much shorter than most columns.
 * Several columns at once are counted as texts; of a file of few rows the statements are what takes time.
 */
export async function countValues(
  connection: DuckDBConnection,
  parquet: string,
  columns: readonly WrittenColumn[],
  rows: number,
): Promise<CountedValues> {
  const source = `FROM read_parquet(${literal(parquet)})`;
  const ends = await endsOf(connection, source, columns, rows);
  const [only] = columns;
  if (only === undefined || columns.length > 1) {
    await countTexts(connection, source, columns);
    return { connection, columns, ends, from: 'counted' };
  }
  const values = `${source} WHERE ${identifier(only.name)} IS NOT NULL`;
  const from = (counted: string) => `(SELECT 0 AS c, v, ${pointOf('v', only.type)} AS x, n FROM ${counted})`;
  if (ends[0]?.about !== null)
    return {
      connection,
      columns,
      ends,
      from: from(`(SELECT ${identifier(only.name)} AS v, 1::DOUBLE AS n ${values})`),
    };
  await connection.run(
    `CREATE TEMP TABLE counted AS SELECT ${identifier(only.name)} AS v, count(*)::DOUBLE AS n ${values} GROUP BY 1`,
  );
  return { connection, columns, ends, from: from('counted') };
}

/** Frees what the counts took, before those of other columns take as much. */
export async function dropCounts(connection: DuckDBConnection): Promise<void> {
  await connection.run('DROP TABLE IF EXISTS counted');
}

async function endsOf(
  connection: DuckDBConnection,
  source: string,
  columns: readonly WrittenColumn[],
  rows: number,
): Promise<Ends[]> {
  const asked = columns.flatMap(({ name, type }, index) => {
    const column = identifier(name);
    const finite = isTime(type) ? ` FILTER (WHERE isfinite(${column}))` : '';
    const end = (which: string) => {
      const value = `${which}(${column})${finite}`;
      return isTime(type) ? jsonValue(value, type, null) : `CAST(${value} AS VARCHAR)`;
    };
    return [
      `count(${column}) AS filled${index}`,
      ...(rows > EXACT ? [`approx_count_distinct(${column}) AS about${index}`] : []),
      // Of doubles the places on a line tell it.
      ...(isTime(type) || (isNumber(type) && type !== 'double')
        ? [`${end('min')} AS low${index}`, `${end('max')} AS high${index}`]
        : []),
      ...(columns.length > 1 && hasQuantiles(type)
        ? [`quantile_cont(${pointOf(column, type)}, [${Object.values(LEVELS)}]) AS quantiles${index}`]
        : []),
    ];
  });
  const [row = {}] = (await rowsOf(connection, `SELECT ${asked.join(', ')} ${source}`)) as [Row?];
  return columns.map((_, index) => {
    const about = Number(row[`about${index}`] ?? 0);
    return {
      filled: Number(row[`filled${index}`]),
      about: about > EXACT ? about : null,
      low: row[`low${index}`],
      high: row[`high${index}`],
      quantiles: (row[`quantiles${index}`] as number[] | undefined) ?? null,
    };
  });
}

async function countTexts(
  connection: DuckDBConnection,
  source: string,
  columns: readonly WrittenColumn[],
): Promise<void> {
  const list = (write: (column: WrittenColumn, index: number) => string) =>
    `unnest([${columns.map(write).join(', ')}])`;
  await connection.run(
    `CREATE TEMP TABLE counted AS SELECT c, v, any_value(x) AS x, count(*)::DOUBLE AS n FROM (
       SELECT ${list((_, index) => String(index))} AS c,
         ${list(({ name, type }) => textOf(identifier(name), type))} AS v,
         ${list(({ name, type }) => pointOf(identifier(name), type))} AS x ${source}
     ) WHERE v IS NOT NULL GROUP BY c, v`,
  );
}

/** SQL of a text that two values of a type have in common if and only if they are equal: 0 and -0 are. */
function textOf(value: string, type: ColumnType): string {
  return `CAST(${type === 'double' ? `${value} + 0` : value} AS VARCHAR)`;
}

/** SQL of a value's place on a line: of a number itself, of a time its microseconds since 1970, of a text its length. */
function pointOf(value: string, type: ColumnType): string {
  if (type === 'double') return `CASE WHEN isfinite(${value}) THEN ${value} END`;
  if (isNumber(type)) return `CAST(${value} AS DOUBLE)`;
  if (type === 'text') return `CAST(length(${value}) AS DOUBLE)`;
  if (!isTime(type)) return 'NULL::DOUBLE';
  const micros = `epoch_us(CAST(${value} AS ${type === 'timestamptz' ? 'TIMESTAMPTZ' : 'TIMESTAMP'}))`;
  return `CASE WHEN isfinite(${value}) THEN CAST(${micros} AS DOUBLE) END`;
}
