import type { DuckDBConnection } from '@duckdb/node-api';
import { parseQuery } from '#shared/tables/sql/parse-query.ts';
import { resultColumns } from '#shared/tables/sql/result-columns.ts';
import { jsonStatement, readJson } from '#shared/tables/sql/write-json.ts';
import type { Comparison, Difference, Row } from './comparison.ts';
import {
  placesStatement,
  repeatedStatement,
  rowsStatement,
  SIDES,
  unchangedStatement,
} from './diff-statements.ts';

/** Compares `a` and `b`, one statement after the other: each of them may need most of the memory. */
export async function compareRows(connection: DuckDBConnection, comparison: Comparison): Promise<Difference> {
  let { unchanged } = comparison;
  if (unchanged === null) {
    for (const side of ['from', 'to'] as const) {
      const rows = await readNumber(connection, repeatedStatement(SIDES[side], comparison));
      if (rows > 0) return { repeated: { side, rows } };
    }
    unchanged = await readNumber(connection, unchangedStatement(comparison));
  }
  const { limit } = comparison;
  const places = await read(connection, placesStatement(comparison, comparison), limit);
  const before = await readRows(
    connection,
    comparison,
    'from',
    places.map(([, f]) => f),
  );
  const later = await readRows(
    connection,
    comparison,
    'to',
    places.map(([, , t]) => t),
  );
  const rows = places.map(([place, f, t]) => ({
    place: Number(place),
    from: before.get(f) ?? null,
    to: later.get(t) ?? null,
  }));
  return { unchanged, rows };
}

/** By position. */
async function readRows(
  connection: DuckDBConnection,
  { table, columns }: Comparison,
  side: 'from' | 'to',
  positions: readonly unknown[],
): Promise<Map<unknown, Row>> {
  const wanted = positions.filter((position) => typeof position === 'number');
  if (wanted.length === 0) return new Map();
  const schema = columns[side];
  const found = await read(connection, rowsStatement(SIDES[side], table, schema, wanted), wanted.length);
  return new Map(
    found.map(([position, ...values]) => [
      position,
      Object.fromEntries(schema.map((column, index) => [column.name, values[index]])),
    ]),
  );
}

async function readNumber(connection: DuckDBConnection, text: string): Promise<number> {
  const [[value] = []] = await read(connection, text, 1);
  return Number(value);
}

/** The result of our own statement, as that of a client's is read. */
async function read(connection: DuckDBConnection, text: string, maxRows: number): Promise<unknown[][]> {
  const { inner } = await parseQuery(connection, text);
  const columns = resultColumns(await connection.prepare(text));
  const { json } = await readJson(connection, jsonStatement(columns, inner, maxRows).sql, columns, maxRows);
  return JSON.parse(`[${Buffer.concat(json)}]`);
}
