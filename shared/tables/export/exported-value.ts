import type { ColumnSchema } from '#shared/data/tables.ts';
import { isNested } from '#shared/tables/column-type.ts';
import { csvValue, jsonValue } from '#shared/tables/value-sql.ts';
import type { ExportTask } from './export-task.ts';

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
