import * as z from 'zod';
import type { ColumnSchema } from '#shared/data/tables.ts';
import { decimal, text } from '#shared/http/text.ts';
import { parseColumns, parseSort } from './column-list.ts';
import { type Condition, parseFilter } from './row-filter.ts';
import { identifier, literal } from './sql-text.ts';

/** What `rows` takes. */
export const RowsQuery = z.strictObject({
  limit: decimal(1, 2_147_483_647)
    .optional()
    .describe('How many; of JSON 100 when absent and 1,000 at most, of the other formats all'),
  offset: decimal(0, 9_999_999_999).default(0).describe('How many rows come before'),
  select: text(8_192).min(1).optional().describe('Columns, separated by commas; all when absent'),
  sort: text(1_024)
    .min(1)
    .optional()
    .describe('Up to four columns, separated by commas; -name for the greatest first'),
  filter: text(8_192)
    .transform((one) => [one])
    .or(z.array(text(8_192)).max(50))
    .default([])
    .describe(
      'column.op.value: eq neq lt lte gt gte in contains starts ends null notnull; repeatable, all must hold',
    ),
  q: text(200).min(1).optional().describe('Text in any text column, ignoring case'),
  format: z.enum(['json', 'ndjson', 'csv', 'arrow', 'parquet']).optional(),
});
export type RowsQuery = z.output<typeof RowsQuery>;

/** Which rows of a table, in which order, and which columns of them. */
export interface RowsPlan {
  columns: readonly ColumnSchema[];
  /** All of them have to hold. */
  conditions: readonly Condition[];
  /** SQL behind ORDER BY; null: by row number. */
  order: string | null;
}

/** What the query means for a table of these columns. @throws {Problem} validation-failed */
export function planRows(schema: readonly ColumnSchema[], { select, sort, filter, q }: RowsQuery): RowsPlan {
  const columns = select === undefined ? schema : parseColumns(schema, select, 'select');
  const sorted = sort === undefined ? null : parseSort(schema, sort);
  const order = sorted?.map(
    ({ column, descending }) => `${identifier(column.name)} ${descending ? 'DESC' : 'ASC'} NULLS LAST`,
  );
  return {
    columns: [...new Set(columns)],
    conditions: [
      ...filter.map((one) => parseFilter(schema, one)),
      ...(q === undefined ? [] : [textCondition(schema, q)]),
    ],
    order: order?.join(', ') ?? null,
  };
}

function textCondition(schema: readonly ColumnSchema[], q: string): Condition {
  const texts = schema.filter(({ type }) => type === 'text');
  if (texts.length === 0) return { sql: 'false', values: [] };
  const tests = texts.map(({ name }) => `contains(lower(${identifier(name)}), lower(?))`);
  return { sql: `(${tests.join(' OR ')})`, values: texts.map(() => q) };
}

/** A statement with `$1`, `$2` … and what is bound to them. */
export interface Statement {
  sql: string;
  values: string[];
}

/** Of a table's rows those that the plan is of, between two row numbers if they are given. */
export function selectRows(
  path: string,
  plan: RowsPlan,
  selected: string,
  { between, rest = '' }: { between?: readonly [first: number, last: number]; rest?: string } = {},
): Statement {
  const conditions = plan.conditions.map(({ sql }) => sql);
  if (between) conditions.push(`file_row_number BETWEEN ${between[0]} AND ${between[1]}`);
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  const values = plan.conditions.flatMap((condition) => condition.values);
  const sql = `SELECT ${selected} FROM read_parquet(${literal(path)}, file_row_number = true)${where} ${rest}`;
  return { sql: numbered(sql), values };
}

/** Question marks become `$1`, `$2` …, those in quotes excepted. */
function numbered(sql: string): string {
  let count = 0;
  return sql.replaceAll(/"(?:[^"]|"")*"|'(?:[^']|'')*'|\?/g, (part) => {
    if (part !== '?') return part;
    count += 1;
    return `$${count}`;
  });
}
