import type { DuckDBConnection } from '@duckdb/node-api';
import { type Row, rowsOf } from '#shared/tables/open-engine.ts';
import { identifier, literal } from '#shared/tables/sql-text.ts';

/** Different values up to which they are counted one by one. */
export const EXACT = 1_000_000;

export interface CountedValues {
  nulls: number;
  distinct: number;
  /** Otherwise `distinct` is about right, and `from` has a value several times. */
  exact: boolean;
  connection: DuckDBConnection;
  /** SQL behind FROM of rows of `v`, a value that is not null, and `n`, how often it is there. */
  from: string;
}

/** Counts the values of a column: all further statistics are made of that, which is much shorter than most columns. */
export async function countValues(
  connection: DuckDBConnection,
  parquet: string,
  name: string,
  rows: number,
): Promise<CountedValues> {
  const column = identifier(name);
  const source = `FROM read_parquet(${literal(parquet)})`;
  const values = `${source} WHERE ${column} IS NOT NULL`;
  if (rows > EXACT) {
    const { filled, about } = await only(
      connection,
      `SELECT count(${column}) AS filled, approx_count_distinct(${column}) AS about ${source}`,
    );
    const from = `(SELECT ${column} AS v, 1::DOUBLE AS n ${values})`;
    if (Number(about) > EXACT)
      return { nulls: rows - Number(filled), distinct: Number(about), exact: false, connection, from };
  }
  await connection.run(
    `CREATE TEMP TABLE counted AS SELECT ${column} AS v, count(*)::DOUBLE AS n ${values} GROUP BY 1`,
  );
  const { filled, distinct } = await only(
    connection,
    'SELECT count(*) AS distinct, coalesce(sum(n), 0) AS filled FROM counted',
  );
  return {
    nulls: rows - Number(filled),
    distinct: Number(distinct),
    exact: true,
    connection,
    from: 'counted',
  };
}

/** Frees what the counts took, before those of another column take as much. */
export async function dropCounts({ connection }: CountedValues): Promise<void> {
  await connection.run('DROP TABLE IF EXISTS counted');
}

async function only(connection: DuckDBConnection, sql: string): Promise<Row> {
  const [row = {}] = await rowsOf(connection, sql);
  return row;
}
