import type { DuckDBConnection } from '@duckdb/node-api';
import { type ColumnType, isNested, isNumber, isTime, precisionOf } from '#shared/tables/column-type.ts';
import { type Row, rowsOf } from '#shared/tables/open-engine.ts';
import { identifier, literal } from '#shared/tables/sql-text.ts';
import { jsonValue } from '#shared/tables/value-sql.ts';
import type { WrittenColumn } from './write-parquet.ts';

/** Different values up to which they are counted one by one, and values up to which quantiles are exact. */
const EXACT = 1_000_000;
const BINS = 20;
const TOP = 20;
/** Characters of a value among the most frequent. */
const SHOWN = 1_000;
const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];

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

/** Of all rows, a column at a time: that bounds the memory, and costs what one scan of all would. */
export async function columnStatistics(
  connection: DuckDBConnection,
  parquet: string,
  { name, type }: WrittenColumn,
): Promise<ColumnStatistics> {
  const from = `read_parquet(${literal(parquet)})`;
  const column = identifier(name);
  const ask = async (what: string, where = 'true', rest = '') =>
    rowsOf(connection, `SELECT ${what} FROM ${from} WHERE ${where} ${rest}`);
  const [counts = {}] = await ask(
    `count(*) - count(${column}) AS nulls, count(${column}) AS values
     ${isNested(type) ? '' : `, approx_count_distinct(${column}) AS distinct`}`,
  );
  const nulls = Number(counts.nulls);
  const values = Number(counts.values);
  const about = counts.distinct === undefined ? null : Number(counts.distinct);
  const exact = about !== null && about <= EXACT;
  const [counted] = exact ? await ask(`count(DISTINCT ${column}) AS distinct`) : [];
  const common = {
    name,
    type,
    nulls,
    distinct: counted ? Number(counted.distinct) : about,
    distinct_exact: exact,
    encoding: null,
  };
  if (isNumber(type)) return { ...common, ...(await numberStatistics(ask, column, type, values)) };
  if (isTime(type)) return { ...common, ...(await timeStatistics(ask, column, type, values)) };
  if (type === 'boolean') return { ...common, top: await topOf(ask, column, true) };
  if (type === 'text')
    return { ...common, top: await topOf(ask, column, exact), lengths: await lengthsOf(ask, column) };
  return common;
}

type Ask = (what: string, where?: string, rest?: string) => Promise<Row[]>;

async function numberStatistics(ask: Ask, column: string, type: ColumnType, values: number) {
  const finite = type === 'double' ? `isfinite(${column})` : 'true';
  const quantile = values <= EXACT ? 'quantile_cont' : 'approx_quantile';
  const float = `CAST(${column} AS DOUBLE)`;
  const [row = {}] = await ask(
    `CAST(min(${column}) AS VARCHAR) AS low, CAST(max(${column}) AS VARCHAR) AS high, min(${float}) AS min, max(${float}) AS max,
     avg(${float}) AS mean, stddev_samp(${float}) AS std, ${quantile}(${float}, ${list(QUANTILES)}) AS quantiles`,
    finite,
  );
  const encoding = encodingOf(type, row);
  return {
    encoding,
    min: encoding ? row.low : row.min,
    max: encoding ? row.high : row.max,
    mean: number(row.mean),
    std: number(row.std),
    quantiles: quantilesOf(row.quantiles, (value) => value),
    quantiles_exact: quantile === 'quantile_cont',
    histogram: await histogramOf(ask, float, finite, number(row.min), number(row.max), (edge) => edge),
  };
}

function encodingOf(type: ColumnType, { low, high }: Row): 'string' | null {
  if (type === 'int64') {
    const most = BigInt(Number.MAX_SAFE_INTEGER);
    const beyond = [low, high].some(
      (value) => value != null && (BigInt(String(value)) > most || BigInt(String(value)) < -most),
    );
    return beyond ? 'string' : null;
  }
  return (precisionOf(type) ?? 0) > 15 ? 'string' : null;
}

async function timeStatistics(ask: Ask, column: string, type: ColumnType, values: number) {
  const micros = `CAST(epoch_us(CAST(${column} AS ${type === 'timestamptz' ? 'TIMESTAMPTZ' : 'TIMESTAMP'})) AS DOUBLE)`;
  const finite = `isfinite(${column})`;
  const quantile = values <= EXACT ? 'quantile_cont' : 'approx_quantile';
  const [row = {}] = await ask(
    `${jsonValue(`min(${column})`, type, null)} AS min, ${jsonValue(`max(${column})`, type, null)} AS max,
     min(${micros}) AS low, max(${micros}) AS high, avg(${micros}) AS mean, stddev_samp(${micros}) AS std,
     ${quantile}(${micros}, ${list(QUANTILES)}) AS quantiles`,
    finite,
  );
  const written = (value: number | null) => (value === null ? null : timeOf(value, type));
  const std = number(row.std);
  return {
    min: row.min,
    max: row.max,
    mean: written(number(row.mean)),
    // In seconds.
    std: std === null ? null : std / 1e6,
    quantiles: quantilesOf(row.quantiles, written),
    quantiles_exact: quantile === 'quantile_cont',
    histogram: await histogramOf(ask, micros, finite, number(row.low), number(row.high), written),
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

type Edge = number | string | null;

/** Twenty bins of the same width, edges one more than counts. */
async function histogramOf(
  ask: Ask,
  value: string,
  where: string,
  min: number | null,
  max: number | null,
  write: (edge: number) => Edge,
): Promise<{ edges: Edge[]; counts: number[] } | null> {
  if (min === null || max === null) return null;
  const width = (max - min) / BINS;
  if (!(width > 0 && Number.isFinite(width))) {
    const [row] = await ask(`count(${value}) AS count`, where);
    return { edges: [write(min), write(max)], counts: [Number(row?.count)] };
  }
  const bin = `CAST(least(${BINS - 1}, greatest(0, floor((${value} - (${min}::DOUBLE)) / (${width}::DOUBLE)))) AS INTEGER)`;
  const rows = await ask(
    `${bin} AS bin, count(*) AS count`,
    `${where} AND ${value} IS NOT NULL`,
    'GROUP BY 1',
  );
  const counts = Array<number>(BINS).fill(0);
  for (const { bin: at, count } of rows) counts[Number(at)] = Number(count);
  const edges = Array.from({ length: BINS + 1 }, (_, index) =>
    write(index === BINS ? max : min + index * width),
  );
  return { edges, counts };
}

/** The most frequent values. Where there are too many to count them all, those that a sketch finds are counted. */
async function topOf(ask: Ask, column: string, exact: boolean) {
  const shown = `left(CAST(${column} AS VARCHAR), ${SHOWN})`;
  const counted = async (where: string) =>
    ask(
      `${column.replace(/^.*$/, () => shown)} AS value, count(*) AS count`,
      where,
      `GROUP BY ${column} ORDER BY count DESC, ${column} LIMIT ${TOP}`,
    );
  if (exact) return topRows(await counted(`${column} IS NOT NULL`));
  const [row] = await ask(`approx_top_k(${column}, ${TOP}) AS top`);
  const candidates = ((row?.top ?? []) as unknown[]).map((value) => literal(String(value)));
  return candidates.length === 0 ? [] : topRows(await counted(`${column} IN (${candidates.join(', ')})`));
}

function topRows(rows: readonly Row[]) {
  return rows.map(({ value, count }) => ({ value, count: Number(count) }));
}

/** In characters. */
async function lengthsOf(ask: Ask, column: string) {
  const length = `CAST(length(${column}) AS DOUBLE)`;
  const [row = {}] = await ask(`min(${length}) AS min, max(${length}) AS max, avg(${length}) AS mean`);
  const histogram = await histogramOf(ask, length, 'true', number(row.min), number(row.max), (edge) => edge);
  return { min: number(row.min), max: number(row.max), mean: number(row.mean), histogram };
}

function quantilesOf(values: unknown, write: (value: number) => Edge) {
  if (!Array.isArray(values)) return null;
  const [p05, p25, p50, p75, p95] = values.map((value) => write(Number(value)));
  return { p05, p25, p50, p75, p95 };
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function list(values: readonly number[]): string {
  return `[${values.join(', ')}]`;
}
