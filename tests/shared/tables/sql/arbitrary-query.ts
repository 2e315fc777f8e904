import fc from 'fast-check';

/** A text, and whether some part of it must not run. */
export interface MadeQuery {
  sql: string;
  hostile: boolean;
}

const safe = (sql: string): MadeQuery => ({ sql, hostile: false });
const bad = (sql: string): MadeQuery => ({ sql, hostile: true });
const join = (parts: readonly MadeQuery[], write: (...texts: string[]) => string): MadeQuery => ({
  sql: write(...parts.map(({ sql }) => sql)),
  hostile: parts.some(({ hostile }) => hostile),
});

const VALUES = [
  '1',
  "'a'",
  'NULL',
  'true',
  '1.5',
  "'/etc/passwd'",
  "'; DROP VIEW orders; --'",
  'id',
  'q.id',
  '[1, 2]',
];
const SOURCES = ['orders', 'v1.orders', 'ORDERS', 'range(3) AS r(id)'];
const HOSTILE_VALUES = [
  "getenv('HOME')",
  "current_setting('allowed_paths')",
  'main."CURRENT_SETTING"(\'threads\')',
  "getvariable('x')",
  "json_serialize_sql('SELECT 1')",
  "(SELECT size FROM read_text('/etc/passwd'))",
  'sleep_ms(1000)',
  "write_log('x')",
  '$1',
];
const HOSTILE_SOURCES = [
  "read_csv('/etc/passwd')",
  "'/etc/passwd'",
  '"/tmp/other.parquet"',
  'duckdb_settings()',
  "glob('/*')",
  "query('SELECT 1')",
  "enable_logging(storage = 'stdout')",
  '(SHOW TABLES)',
  '(DESCRIBE orders)',
  '(SUMMARIZE orders)',
  'memory.main.orders',
  "json_execute_serialized_sql('{}')",
];

interface Parts {
  expression: MadeQuery;
  source: MadeQuery;
  query: MadeQuery;
}

const LEVELS = { maxDepth: 3, depthSize: 'small' } as const;

/** Queries over `orders`, which has `id`, of a few levels; many have something hostile somewhere. */
export const arbitraryQuery: fc.Arbitrary<MadeQuery> = fc.letrec<Parts>((tie) => {
  const part = (name: keyof Parts) => tie(name) as fc.Arbitrary<MadeQuery>;
  const one = (name: keyof Parts, write: (a: string) => string) => ({
    weight: 1,
    arbitrary: part(name).map((a) => join([a], write)),
  });
  const two = (first: keyof Parts, second: keyof Parts, write: (a: string, b: string) => string) => ({
    weight: 2,
    arbitrary: fc.tuple(part(first), part(second)).map((parts) => join(parts, write)),
  });
  const leaf = (weight: number, texts: readonly string[], make: (sql: string) => MadeQuery) => ({
    weight,
    arbitrary: fc.constantFrom(...texts).map(make),
  });
  return {
    expression: fc.oneof(
      LEVELS,
      leaf(12, VALUES, safe),
      leaf(1, HOSTILE_VALUES, bad),
      one('expression', (a) => `coalesce(${a}, NULL)`),
      two('expression', 'expression', (a, b) => `concat(${a}, ${b})`),
      one('expression', (a) => `CASE WHEN true THEN ${a} END`),
      one('expression', (a) => `list_transform([1], x -> ${a})`),
      one('expression', (a) => `{'k': ${a}}`),
      one('expression', (a) => `count(${a}) OVER ()`),
      one('query', (a) => `(SELECT count(*) FROM (${a}))`),
      one('query', (a) => `EXISTS (${a})`),
    ),
    source: fc.oneof(
      LEVELS,
      leaf(12, SOURCES, safe),
      leaf(1, HOSTILE_SOURCES, bad),
      one('query', (a) => `(${a})`),
      one('expression', (a) => `(VALUES (${a})) AS w(id)`),
    ),
    query: fc.oneof(
      LEVELS,
      two('expression', 'source', (a, b) => `SELECT ${a} AS id FROM (SELECT * FROM ${b}) AS q`),
      two('query', 'query', (a, b) => `(${a}) UNION ALL (${b})`),
      two('query', 'query', (a, b) => `WITH c AS (${a}), d AS (${b}) SELECT 1 AS id FROM c, d`),
      two('expression', 'source', (a, b) => `SELECT 1 AS id FROM (FROM ${b}) AS q WHERE ${a} IS NULL`),
      two('expression', 'source', (a, b) => `SELECT 1 AS id FROM (FROM ${b}) AS q ORDER BY ${a}`),
    ),
  };
}).query;
