import { type RowsPlan, selectRows } from '#shared/tables/rows-query.ts';
import { identifier } from '#shared/tables/sql-text.ts';
import type { ExportTask } from './export-task.ts';
import { exportedValue } from './exported-value.ts';

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
