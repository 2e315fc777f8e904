import type { DuckDBConnection } from '@duckdb/node-api';
import { type ColumnType, isNested, isNumber, isTime, precisionOf } from '#shared/tables/column-type.ts';
import { rowsOf } from '#shared/tables/open-engine.ts';
import { identifier, literal } from '#shared/tables/sql-text.ts';
import { jsonValue } from '#shared/tables/value-sql.ts';
import { type CountedValues, countValues, dropCounts } from './counted-values.ts';
import { distributionOf } from './distribution.ts';
import { histogramOf, type Spread, spreadOf } from './histogram.ts';
import type { WrittenColumn } from './write-parquet.ts';

const TOP = 20;
/** Characters of a value among the most frequent. */
const SHOWN = 1_000;

export interface ColumnStatistics {
  name: string;
  type: ColumnType;
  nulls: number;
  distinct: number | null;
  distinct_exact: boolean;
  /** How numbers are written in JSON: an int64 column beyond ±(2^53-1), a decimal of more than 15 digits. */
  encoding: 'string' | null;
  [further: string]: unknown;
}

/** Of all rows of one column. */
export async function columnStatistics(
  connection: DuckDBConnection,
  parquet: string,
  { name, type }: WrittenColumn,
  rows: number,
): Promise<ColumnStatistics> {
  if (isNested(type)) {
    const [row] = await rowsOf(
      connection,
      `SELECT count(${identifier(name)}) AS filled FROM read_parquet(${literal(parquet)})`,
    );
    const nulls = rows - Number(row?.filled);
    return { name, type, nulls, distinct: null, distinct_exact: false, encoding: null };
  }
  const values = await countValues(connection, parquet, name, rows);
  const { nulls, distinct, exact } = values;
  const common = { name, type, nulls, distinct, distinct_exact: exact, encoding: null };
  const further = await furtherOf(values, type);
  await dropCounts(values);
  return { ...common, ...further };
}

async function furtherOf(values: CountedValues, type: ColumnType): Promise<Partial<ColumnStatistics>> {
  if (isNumber(type)) return numberStatistics(values, type);
  if (isTime(type)) return timeStatistics(values, type);
  if (type === 'boolean') return { top: await topOf(values) };
  if (type === 'text') return { top: await topOf(values), lengths: await lengthsOf(values) };
  return {};
}

async function numberStatistics(values: CountedValues, type: ColumnType) {
  const x = type === 'double' ? 'CASE WHEN isfinite(v) THEN v END' : 'CAST(v AS DOUBLE)';
  const spread = await spreadOf(values, x, (value) => `CAST(${value} AS VARCHAR)`);
  const { min, max, low, high } = spread;
  const encoding = encodingOf(type, spread);
  const { deviation, ...distribution } = await distributionOf(values, x, spread, (value) => value);
  const ends = encoding ? { min: low, max: high } : { min, max };
  return { encoding, ...ends, std: deviation, ...distribution } as const;
}

function encodingOf(type: ColumnType, { low, high }: Spread): 'string' | null {
  if (type === 'int64') {
    const most = BigInt(Number.MAX_SAFE_INTEGER);
    const beyond = [low, high].some(
      (value) => value != null && (BigInt(String(value)) > most || BigInt(String(value)) < -most),
    );
    return beyond ? 'string' : null;
  }
  return (precisionOf(type) ?? 0) > 15 ? 'string' : null;
}

async function timeStatistics(values: CountedValues, type: ColumnType) {
  const micros = `epoch_us(CAST(v AS ${type === 'timestamptz' ? 'TIMESTAMPTZ' : 'TIMESTAMP'}))`;
  const x = `CASE WHEN isfinite(v) THEN CAST(${micros} AS DOUBLE) END`;
  const spread = await spreadOf(values, x, (value) => jsonValue(value, type, null));
  const { deviation, ...distribution } = await distributionOf(values, x, spread, (value) =>
    timeOf(value, type),
  );
  return {
    min: spread.low,
    max: spread.high,
    // In seconds.
    std: deviation === null ? null : deviation / 1e6,
    ...distribution,
  };
}

/** Microseconds since 1970; a mean of dates is a time. */
function timeOf(micros: number, type: ColumnType): string | null {
  const whole = Math.round(micros);
  const date = new Date(Math.floor(whole / 1_000));
  if (Number.isNaN(date.getTime())) return null;
  const fraction = String(((whole % 1_000_000) + 1_000_000) % 1_000_000).padStart(6, '0');
  return `${date.toISOString().slice(0, 19)}.${fraction}${type === 'timestamptz' ? 'Z' : ''}`;
}

/** The most frequent values. Where there are too many to count them all, those that a sketch finds are counted. */
async function topOf({ connection, from, exact }: CountedValues) {
  const counted = exact
    ? from
    : `(SELECT v, sum(n) AS n FROM ${from} WHERE v IN (SELECT unnest(approx_top_k(v, ${TOP})) FROM ${from}) GROUP BY v)`;
  const rows = await rowsOf(
    connection,
    `SELECT left(CAST(v AS VARCHAR), ${SHOWN}) AS value, n
     FROM (SELECT v, n FROM ${counted} ORDER BY n DESC, v LIMIT ${TOP}) ORDER BY n DESC, v`,
  );
  return rows.map(({ value, n }) => ({ value, count: Number(n) }));
}

/** In characters. */
async function lengthsOf(values: CountedValues) {
  const length = 'CAST(length(v) AS DOUBLE)';
  const spread = await spreadOf(values, length);
  const { min, max, mean } = spread;
  return { min, max, mean, histogram: await histogramOf(values, length, spread) };
}
