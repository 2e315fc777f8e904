import type { DuckDBConnection } from '@duckdb/node-api';
import { type ColumnType, isNested, isNumber, isTime, precisionOf } from '#shared/tables/column-type.ts';
import { type Row, rowsOf } from '#shared/tables/open-engine.ts';
import { identifier, literal } from '#shared/tables/sql-text.ts';
import { type CountedValues, countValues, dropCounts, type Ends } from './counted-values.ts';
import { type Distribution, distributionsOf, histogramOf } from './distribution.ts';
import type { Edge } from './histogram.ts';
import { spreadsOf } from './spread.ts';
import { HAS_TOP, topValues } from './top-values.ts';
import type { WrittenColumn } from './write-parquet.ts';

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

/** Of all rows of one column, or of several: these are counted together, and need room for all their values. */
export async function columnStatistics(
  connection: DuckDBConnection,
  parquet: string,
  columns: readonly WrittenColumn[],
  rows: number,
): Promise<ColumnStatistics[]> {
  const [first] = columns;
  if (first && isNested(first.type)) return [await nestedStatistics(connection, parquet, first, rows)];
  try {
    const counted = await countValues(connection, parquet, columns, rows);
    return await further(counted, rows);
  } finally {
    await dropCounts(connection);
  }
}

async function nestedStatistics(
  connection: DuckDBConnection,
  parquet: string,
  { name, type }: WrittenColumn,
  rows: number,
): Promise<ColumnStatistics> {
  const [row] = await rowsOf(
    connection,
    `SELECT count(${identifier(name)}) AS filled FROM read_parquet(${literal(parquet)})`,
  );
  const nulls = rows - Number(row?.filled);
  return { name, type, nulls, distinct: null, distinct_exact: false, encoding: null };
}

async function further(counted: CountedValues, rows: number): Promise<ColumnStatistics[]> {
  const spreads = await spreadsOf(counted);
  const distributions = await distributionsOf(counted, spreads);
  const tops = await topValues(counted);
  return counted.columns.flatMap(({ name, type }, index) => {
    const [ends, found] = [counted.ends[index], distributions[index]];
    if (ends === undefined || found === undefined) return [];
    return {
      name,
      type,
      nulls: rows - ends.filled,
      distinct: found.spread.distinct,
      distinct_exact: ends.about === null,
      encoding: null,
      ...(HAS_TOP.has(type) ? { top: shown(tops.get(index)) } : {}),
      ...(type === 'text' ? { lengths: lengthsOf(found) } : {}),
      ...(isNumber(type) ? numberStatistics(type, ends, found) : {}),
      ...(isTime(type) ? timeStatistics(type, ends, found) : {}),
    };
  });
}

function numberStatistics(type: ColumnType, ends: Ends, found: Distribution) {
  const { min, max } = found.spread;
  const encoding = encodingOf(type, ends);
  const shownEnds = encoding ? { min: ends.low, max: ends.high } : { min, max };
  return { encoding, ...shownEnds, std: found.deviation, ...distribution(found, (value) => value) };
}

function encodingOf(type: ColumnType, { low, high }: Ends): 'string' | null {
  if (type === 'int64') {
    const most = BigInt(Number.MAX_SAFE_INTEGER);
    const beyond = [low, high].some(
      (value) => value != null && (BigInt(String(value)) > most || BigInt(String(value)) < -most),
    );
    return beyond ? 'string' : null;
  }
  return (precisionOf(type) ?? 0) > 15 ? 'string' : null;
}

function timeStatistics(type: ColumnType, { low, high }: Ends, found: Distribution) {
  return {
    min: low,
    max: high,
    // In seconds.
    std: found.deviation === null ? null : found.deviation / 1e6,
    ...distribution(found, (value) => timeOf(value, type)),
  };
}

function distribution(found: Distribution, write: (value: number) => Edge) {
  const { values, exact } = found.quantiles;
  return {
    mean: found.spread.mean === null ? null : write(found.spread.mean),
    quantiles:
      values && Object.fromEntries(Object.entries(values).map(([level, value]) => [level, write(value)])),
    quantiles_exact: exact,
    histogram: histogramOf(found, write),
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

/** In characters. */
function lengthsOf(found: Distribution) {
  const { min, max, mean } = found.spread;
  return { min, max, mean, histogram: histogramOf(found, (edge) => edge) };
}

function shown(rows: readonly Row[] = []) {
  return rows.map(({ value, n }) => ({ value, count: Number(n) }));
}
