import type { ColumnSchema } from '#shared/data/tables.ts';
import { isNested } from '#shared/tables/column-type.ts';
import { type RowsPlan, selectRows } from '#shared/tables/rows-query.ts';
import { identifier } from '#shared/tables/sql-text.ts';
import { csvValue, jsonValue } from '#shared/tables/value-sql.ts';
import type { ExportTask } from './export-task.ts';

interface Range {
  offset: number;
  /** Null: all. */
  limit: number | null;
}

/** The task that writes these rows. */
export function planExport(
  path: string,
  plan: RowsPlan,
  format: ExportTask['format'],
  { offset, limit }: Range,
): ExportTask {
  const selected = plan.columns
    .map(({ name, ...column }) => `${exportedValue(identifier(name), column, format)} AS ${identifier(name)}`)
    .join(', ');
  const order = plan.order === null ? '' : `ORDER BY ${plan.order}, file_row_number`;
  const plain = plan.conditions.length === 0 && plan.order === null;
  const last = limit === null ? Number.MAX_SAFE_INTEGER : offset + limit - 1;
  const statement = plain
    ? selectRows(path, plan, selected, { between: [offset, last] })
    : selectRows(path, plan, selected, {
        rest: `${order}${limit === null ? '' : ` LIMIT ${limit}`} OFFSET ${offset}`,
      });
  const fieldIds = Object.fromEntries(plan.columns.map(({ name, field_id }) => [name, field_id]));
  const types = plan.columns.map(({ type }) => type);
  return { kind: 'export', format, ...statement, types, fieldIds };
}

/** SQL that makes of a column's values what a format holds of them. */
export function exportedValue(
  column: string,
  { type, encoding }: Pick<ColumnSchema, 'type' | 'encoding'>,
  format: ExportTask['format'],
): string {
  if (format === 'csv') return csvValue(column, type);
  if (format === 'arrow' && isNested(type)) return `CAST(to_json(${column}) AS VARCHAR)`;
  if (format !== 'ndjson') return column;
  if (type === 'json') return `CAST(${column} AS JSON)`;
  return isNested(type) ? nestedValue(column) : jsonValue(column, type, encoding);
}

/** As JSON, which has no NaN and no infinities; where these are within texts, they stay. */
function nestedValue(column: string): string {
  const json = `CAST(to_json(${column}) AS VARCHAR)`;
  const part = `CASE WHEN starts_with(part, '"') THEN part ELSE regexp_replace(part, '-?(?:nan|inf(?:inity)?)', 'null', 'gi') END`;
  const parts = String.raw`regexp_extract_all(${json}, '"(?:[^"\\]|\\.)*"|[^"]+')`;
  const without = `array_to_string(list_transform(${parts}, part -> ${part}), '')`;
  return `CAST(CASE WHEN regexp_matches(${json}, '(?i)nan|inf') THEN ${without} ELSE ${json} END AS JSON)`;
}
