import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, openEngine, rowsOf } from '#shared/tables/open-engine.ts';
import {
  FUNCTIONS,
  OPERATORS,
  TABLE_FUNCTIONS,
  VOLATILE_FUNCTIONS,
} from '#shared/tables/sql/allowed-functions.ts';
import { parseQuery } from '#shared/tables/sql/parse-query.ts';
import { faultOf } from '#shared/tables/sql/query-fault.ts';
import { PROBES, type Verdict } from './probes.ts';

describe('a text of a client', () => {
  let engine: Engine;
  let connection: DuckDBConnection;
  beforeAll(async () => {
    engine = await openEngine({ memory: '128MB', spill: null });
    connection = await engine.connect();
  });
  afterAll(() => {
    connection.closeSync();
    engine.close();
  });

  const judge = async (text: string) => {
    try {
      return { verdict: 'runs' as Verdict, ...(await parseQuery(connection, text)) };
    } catch (error) {
      const { fault, ...place } = faultOf(error, { text, views: [] });
      return { verdict: fault as Verdict, ...place };
    }
  };

  it.for(Object.entries(PROBES))('is %s', async ([expected, texts]) => {
    const wrong: string[] = [];
    for (const text of texts) {
      const { verdict } = await judge(text);
      if (verdict !== expected) wrong.push(`${verdict}: ${text.slice(0, 200)}`);
      // What was looked at last does not change what the next one means.
      expect((await judge('SELECT 1')).verdict).toBe('runs');
    }
    expect(wrong).toEqual([]);
  });

  it('names the tables that it reads, in their scope', async () => {
    const tablesOf = async (text: string) => {
      const { tables = [] } = (await judge(text)) as { tables?: { schema: string; name: string }[] };
      return tables.map(({ schema, name }) => (schema === '' ? name : `${schema}.${name}`));
    };
    expect(await tablesOf('WITH orders AS (FROM orders) FROM orders')).toEqual(['orders']);
    expect(await tablesOf('WITH a AS (FROM b), b AS (SELECT 1) FROM a, b')).toEqual(['b']);
    expect(await tablesOf('WITH a AS (SELECT 1) SELECT (FROM a), (WITH b AS (FROM a) FROM b)')).toEqual([]);
    expect(await tablesOf('SELECT (WITH b AS (SELECT 1) FROM b), (FROM b)')).toEqual(['b']);
    expect(await tablesOf('WITH RECURSIVE t AS (FROM t UNION ALL FROM t) FROM t')).toEqual(['t']);
    expect(await tablesOf('WITH a AS (SELECT 1) FROM v1.a, A')).toEqual(['v1.a']);
    expect(await tablesOf('FROM x, X, "x", v1.x, V1.X')).toEqual(['x', 'v1.x']);
  });

  it('tells a result that may change from one that does not', async () => {
    const isVolatile = async (text: string) => ((await judge(text)) as { volatile?: boolean }).volatile;
    for (const text of [
      'SELECT random()',
      'SELECT RANDOM()',
      'FROM (SELECT now())',
      'SELECT current_date',
      'FROM t USING SAMPLE 5',
      'FROM t TABLESAMPLE 5%',
      'SELECT uuid()',
      'SELECT [uuid() FOR x IN [1]]',
    ])
      expect(await isVolatile(text), text).toBe(true);
    for (const text of [
      'SELECT 1',
      'FROM t USING SAMPLE reservoir(5 ROWS) REPEATABLE (1)',
      `SELECT 'now()'`,
      'SELECT t.current_date FROM t',
    ])
      expect(await isVolatile(text), text).toBe(false);
  });

  it('has its mistakes at their line and column', async () => {
    const place = async (text: string) => {
      const { line, column } = (await judge(text)) as { line?: number; column?: number };
      return [line, column];
    };
    expect(await place('SELEC 1')).toEqual([1, 1]);
    expect(await place(`SELECT 'é😀', )`)).toEqual([1, 14]);
    expect(await place(`SELECT 'é😀',\n getenv('x')`)).toEqual([2, 2]);
    expect(await place('SELECT 1\n  FROM "a/b"')).toEqual([2, 8]);
  });

  it('may call only what the engine has, and every function that may change its result is known', async () => {
    const rows = await rowsOf(
      connection,
      `SELECT lower(function_name) AS name, function_type AS type, bool_or(stability <> 'CONSISTENT') AS volatile
       FROM duckdb_functions() GROUP BY ALL`,
    );
    const known = (types: string[]) =>
      new Set(rows.filter(({ type }) => types.includes(String(type))).map(({ name }) => String(name)));
    // These are part of the grammar.
    const syntax = new Set(['coalesce', 'unnest', 'generate_series', 'range']);
    const scalars = known(['scalar', 'aggregate', 'macro']);
    expect([...FUNCTIONS, ...OPERATORS].filter((name) => !scalars.has(name) && !syntax.has(name))).toEqual(
      [],
    );
    const tables = known(['table']);
    expect([...TABLE_FUNCTIONS].filter((name) => !tables.has(name))).toEqual([]);
    const volatile = rows.filter((row) => row.volatile === true).map(({ name }) => String(name));
    expect(volatile.filter((name) => FUNCTIONS.has(name) && !VOLATILE_FUNCTIONS.has(name))).toEqual([]);
  });
});
