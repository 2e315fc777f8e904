import type { ColumnSchema } from '#shared/data/tables.ts';
import { cellOf } from '../cell.ts';
import { type AddFilters, summaryOf } from '../chart.ts';
import { number } from '../format.ts';
import { type Html, html } from '../html.ts';
import { filterAddresses, quoted, rowsAddress, type TableView, tableAddress } from '../table-address.ts';
import type { TableContent } from '../table-rows.ts';

/** The table itself, which the element `data-table` makes one of any depth. */
export function grid(datasetId: number, view: TableView, content: TableContent): Html {
  const { table, columns, rows, places, reachable } = content;
  const source = rowsAddress(
    datasetId,
    view,
    columns.length < table.schema.length ? columns.map(({ name }) => name) : [],
  );
  const add = filterAddresses(view);
  return html`<data-table data-rows="${source}" data-total="${reachable}" data-first="${view.row}">
<div class="scroller" tabindex="0" role="region" aria-label="Rows of ${table.name}">
<table class="grid"><thead><tr><th scope="col" class="place">#</th>${columns.map((column) => head(column, view, content, add))}</tr></thead>
<tbody>${rows.map((row, at) => html`<tr><th scope="row" class="place">${number(places[at] ?? 0)}</th>${columns.map(({ name }) => cell(row[name]))}</tr>`)}</tbody></table>
</div></data-table>`;
}

function head(
  { name, type }: ColumnSchema,
  view: TableView,
  { summaries, table }: TableContent,
  add: AddFilters,
): Html {
  const summary = summaries.get(name);
  const direction =
    view.sort === quoted(name) ? 'ascending' : view.sort === `-${quoted(name)}` ? 'descending' : null;
  const next = direction === null ? quoted(name) : direction === 'ascending' ? `-${quoted(name)}` : null;
  return html`<th scope="col"${direction !== null && html` aria-sort="${direction}"`}><a class="sort" href="${tableAddress(view, { sort: next, row: 0 })}" title="${name}"><span class="cut">${name}</span>${direction !== null && html` <span aria-hidden="true">${direction === 'ascending' ? '↑' : '↓'}</span>`}</a><span class="type">${type}</span>${summary && summaryOf(summary, table.rows, add)}</th>`;
}

function cell(value: unknown): Html {
  const { text, mark } = cellOf(value);
  return html`<td${mark !== null && html` class="${mark}"`}>${text}</td>`;
}
