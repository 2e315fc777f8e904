import { VOLATILE_NAMES } from './allowed-functions.ts';
import { checkCall, checkTableFunction } from './check-call.ts';
import { type Node, placeOf, QueryRefusal, shown, spoken } from './query-refusal.ts';

/** A table that a query reads, in lower case; the schema is empty where none is named. */
export interface TableReference {
  schema: string;
  name: string;
  /** In bytes of the text. */
  position: number | null;
}

export interface CheckedQuery {
  /** Each once. */
  tables: TableReference[];
  /** Its result may be another one the next time. */
  volatile: boolean;
}

const QUERIES = new Set(['SELECT_NODE', 'SET_OPERATION_NODE', 'RECURSIVE_CTE_NODE']);
const SOURCES = new Set([
  'BASE_TABLE',
  'SUBQUERY',
  'JOIN',
  'TABLE_FUNCTION',
  'EXPRESSION_LIST',
  'EMPTY',
  'PIVOT',
]);
const OTHERS = new Set([
  'ORDER_MODIFIER',
  'LIMIT_MODIFIER',
  'LIMIT_PERCENT_MODIFIER',
  'DISTINCT_MODIFIER',
  'ORDER_DEFAULT',
  'ASCENDING',
  'DESCENDING',
]);
const EXPRESSIONS = new Set([
  'BETWEEN',
  'CASE',
  'CAST',
  'COLLATE',
  'COLUMN_REF',
  'COMPARISON',
  'CONJUNCTION',
  'CONSTANT',
  'FUNCTION',
  'LAMBDA',
  'OPERATOR',
  'POSITIONAL_REFERENCE',
  'STAR',
  'SUBQUERY',
  'WINDOW',
]);
const MOST_TABLES = 32;

/**
 * Lets a parsed query through if it is made of what is known to be harmless; whatever is not known is refused.
 * @param statements as `json_serialize_sql` writes them
 * @throws {QueryRefusal}
 */
export function checkQuery(statements: readonly unknown[]): CheckedQuery {
  if (statements.length !== 1)
    throw new QueryRefusal(
      statements.length === 0 ? 'The query is empty.' : 'Send one statement, not several.',
      null,
    );
  const tables = new Map<string, TableReference>();
  let volatile = false;

  /** `ctes`: names that stand for a query here, in lower case. */
  function walk(value: unknown, ctes: ReadonlySet<string>): void {
    if (Array.isArray(value)) for (const item of value) walk(item, ctes);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    const node = value as Node;
    if (typeof node.class === 'string') expression(node, ctes);
    else if (typeof node.id === 'string') checkType(node);
    else if (typeof node.type !== 'string' || OTHERS.has(node.type)) inside(node, ctes);
    else if (QUERIES.has(node.type)) query(node, ctes);
    else if (SOURCES.has(node.type)) source(node, ctes);
    else throw new QueryRefusal(`${spoken(node.type)} is not allowed.`, placeOf(node));
  }

  function inside(node: Node, ctes: ReadonlySet<string>, ...except: string[]): void {
    if ('sample' in node && (node.sample as Node).seed === -1) volatile = true;
    for (const [name, value] of Object.entries(node)) if (!except.includes(name)) walk(value, ctes);
  }

  function query(node: Node, outer: ReadonlySet<string>): void {
    const ctes = new Set(outer);
    // Each sees those before it.
    for (const { key, value } of entriesOf(node.cte_map)) {
      const name = key.toLowerCase();
      if (!/^[\p{L}_][\p{L}\p{N}_ -]{0,62}$/u.test(name))
        throw new QueryRefusal('Give each WITH query a plain name of letters, digits and underscores.', null);
      walk(value, ctes);
      ctes.add(name);
    }
    // A recursive one sees itself, where it recurs.
    const recursive = node.type === 'RECURSIVE_CTE_NODE';
    if (recursive) walk(node.left, ctes);
    const self = recursive ? new Set(ctes).add(String(node.cte_name).toLowerCase()) : ctes;
    inside(node, self, 'cte_map', ...(recursive ? ['left'] : []));
  }

  function source(node: Node, ctes: ReadonlySet<string>): void {
    if (node.type === 'TABLE_FUNCTION') {
      checkTableFunction(node.function as Node);
      inside(node.function as Node, ctes);
      inside(node, ctes, 'function');
      return;
    }
    if (node.type === 'BASE_TABLE') table(node, ctes);
    inside(node, ctes);
  }

  function table(node: Node, ctes: ReadonlySet<string>): void {
    const position = placeOf(node);
    const schema = String(node.schema_name ?? '').toLowerCase();
    const name = String(node.table_name).toLowerCase();
    if (node.at_clause !== undefined)
      throw new QueryRefusal('AT is not allowed. Name a version as v1.name.', position);
    if (schema === '' && node.catalog_name === undefined && ctes.has(name)) return;
    if (node.catalog_name !== undefined || !isPlain(name) || !(schema === '' || isPlain(schema)))
      throw new QueryRefusal(
        `${shown([node.catalog_name, schema, name].filter(Boolean).join('.'))} is not a table of this dataset. Files, catalogues and settings cannot be read.`,
        position,
      );
    const key = `${schema}.${name}`;
    if (!tables.has(key)) tables.set(key, { schema, name, position });
    if (tables.size > MOST_TABLES)
      throw new QueryRefusal(`A query may read at most ${MOST_TABLES} tables.`, position, 'too-expensive');
  }

  function expression(node: Node, ctes: ReadonlySet<string>): void {
    if (!EXPRESSIONS.has(String(node.class)))
      throw new QueryRefusal(
        node.class === 'PARAMETER'
          ? 'Parameters are not allowed: write the values into the query.'
          : `${spoken(String(node.class))} is not allowed.`,
        placeOf(node),
      );
    // Its value is data.
    if (node.class === 'CONSTANT') return;
    if (node.class === 'COLUMN_REF') {
      const [name = '', ...more] = node.column_names as string[];
      if (more.length === 0 && VOLATILE_NAMES.has(name.toLowerCase())) volatile = true;
      return;
    }
    if ((node.class === 'FUNCTION' || node.class === 'WINDOW') && checkCall(node).volatile) volatile = true;
    inside(node, ctes);
  }

  walk(statements, new Set());
  return { tables: [...tables.values()], volatile };
}

function entriesOf(map: unknown): { key: string; value: unknown }[] {
  return (map as { map?: { key: string; value: unknown }[] } | undefined)?.map ?? [];
}

/** What a value is cast to: a name, with constants at most. */
function checkType(node: Node): void {
  for (const value of Object.values(node)) {
    if (typeof value !== 'object' || value === null) continue;
    const inner = value as Node;
    if (inner.class !== undefined && inner.class !== 'TYPE' && inner.class !== 'CONSTANT')
      throw new QueryRefusal('A type with an expression is not allowed.', placeOf(inner));
    checkType(inner);
  }
}

/** As tables and what they are prefixed with are named; a path is not. */
function isPlain(name: string): boolean {
  return /^[a-z0-9_]{1,63}$/.test(name);
}
