import type { DuckDBConnection } from '@duckdb/node-api';
import { type CheckedQuery, checkQuery } from './check-query.ts';
import { QueryRefusal } from './query-refusal.ts';

interface Parsed {
  error: boolean;
  statements: unknown[];
  error_type: string;
  error_message: string;
  position?: string;
}

export interface ParsedQuery extends CheckedQuery {
  /** The text as it can stand in parentheses. */
  inner: string;
}

/**
 * Parses a client's text, which neither binds nor runs anything of it, and checks what it is made of.
 * @throws {QueryRefusal} and errors as the engine writes them
 */
export async function parseQuery(connection: DuckDBConnection, text: string): Promise<ParsedQuery> {
  const statements = await parse(connection, text);
  const checked = checkQuery(statements);
  const inner = withoutSemicolons(text);
  // What runs is this text, so it has to be the same query.
  const [outer] = (await parse(connection, selectFrom('*', inner).sql)) as [Outer];
  const [raw] = statements as [Outer];
  if (withoutPlaces(outer.node.from_table?.subquery?.node) !== withoutPlaces(raw.node))
    throw new QueryRefusal(
      'The end of the statement cannot be found. Leave out comments and semicolons.',
      null,
    );
  return { ...checked, inner };
}

interface Outer {
  node: { from_table?: { subquery?: { node: unknown } } };
}

function withoutPlaces(node: unknown): string {
  return JSON.stringify(node, (name, value) => (name === 'query_location' ? undefined : value));
}

/** What is selected of a parsed text, whose columns are called `names` if they are given. */
export function selectFrom(
  what: string,
  inner: string,
  names?: readonly string[],
): { sql: string /** Bytes before the text. */; offset: number } {
  const before = `SELECT ${what} FROM (\n`;
  return {
    sql: `${before}${inner}\n) AS result${names ? `(${names.join(', ')})` : ''}`,
    offset: Buffer.byteLength(before),
  };
}

async function parse(connection: DuckDBConnection, text: string): Promise<unknown[]> {
  const statement = await connection.prepare(
    'SELECT json_serialize_sql($1::VARCHAR, skip_null := true, skip_empty := true)',
  );
  statement.bindVarchar(1, text);
  const [[json] = []] = (await statement.runAndReadAll()).getRows();
  const parsed = JSON.parse(String(json)) as Parsed;
  if (!parsed.error) return parsed.statements;
  if (parsed.error_type === 'not implemented')
    throw new QueryRefusal('Only a single SELECT statement is allowed.', null);
  throw new Error(
    JSON.stringify({
      exception_type: 'Parser',
      exception_message: parsed.error_message,
      position: parsed.position,
    }),
  );
}

const TOKENS =
  /[eE]'(?:\\[\s\S]|''|[^'\\])*'|'(?:''|[^'])*'|"(?:""|[^"])*"|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|[\s\S]/g;

/** A statement may end with semicolons, which nothing but blanks and comments follow. */
function withoutSemicolons(text: string): string {
  return text.replaceAll(TOKENS, (token) => (token === ';' ? ' ' : token));
}
