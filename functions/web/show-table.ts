import * as z from 'zod';
import { listTables } from '#shared/data/tables.ts';
import { decimal, text } from '#shared/http/text.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { RowsQuery } from '#shared/tables/rows-query.ts';
import { datasetHead } from '#web/dataset-head.ts';
import { pageFunction } from '#web/page-function.ts';
import type { TableView, TypedFilter } from '#web/table-address.ts';
import { chooseVersion, chosen, versionQuery } from '#web/version-query.ts';

const MOST_TABLES = 500;

export const showTable = pageFunction({
  name: 'show-table',
  path: '/datasets/:id/table',
  summary: 'The rows of a table, with what their values are like',
  params: DatasetParams,
  query: z.strictObject({
    version: versionQuery,
    table: chosen(text(63)),
    filter: RowsQuery.shape.filter,
    sort: chosen(text(1_024)),
    q: chosen(text(200)),
    row: chosen(decimal(0, 9_999_999_999)),
    from: chosen(decimal(0, 100_000)),
    // One more filter, as a form has it.
    column: chosen(text(1_000)),
    op: chosen(z.string().regex(/^[a-z]+$/)),
    value: text(1_000).optional(),
  }),
  async render(context) {
    const { db, tables, query } = context;
    const head = await datasetHead(context);
    const { version, others } = await chooseVersion(db, head.dataset, query.version);
    const known = tables.enabled ? await listTables(db, version.id, { after: null, limit: MOST_TABLES }) : [];
    const { tablePage, noTablesPage } = await import('#web/pages/table.ts');
    const name = query.table ?? known.find(({ state }) => state === 'ready')?.name ?? known[0]?.name;
    if (name === undefined) return noTablesPage(head, { version, others });
    const view: TableView = {
      path: context.path,
      version: version.version,
      table: name,
      filters: query.filter,
      sort: query.sort ?? null,
      q: query.q ?? null,
      row: query.row ?? 0,
      from: query.from ?? 0,
    };
    const { column, op, value = '' } = query;
    let typed: TypedFilter | null = null;
    if (column !== undefined && op !== undefined) {
      const { filterOf, tableAddress } = await import('#web/table-address.ts');
      const { wrongFilter } = await import('#web/table-rows.ts');
      const filter = filterOf(column, op, op.endsWith('null') ? null : value);
      const wrong = await wrongFilter(context, version, view, filter);
      if (wrong === null)
        return { redirect: tableAddress(view, { filters: [...view.filters, filter], row: 0 }) };
      typed = { column, op, value, wrong };
    }
    const { readTable } = await import('#web/table-rows.ts');
    const content = await readTable(context, head, version, view);
    return tablePage(head, { version, others, known, view, content, typed });
  },
});
