import type { TableRow, WholeTable } from '#shared/data/tables.ts';
import type { VersionRow } from '#shared/data/versions.ts';
import { address } from '../addresses.ts';
import { number, plural } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { mark } from '../mirror-state.ts';
import {
  filterLabel,
  inLabels,
  OPERATORS,
  rowsAddress,
  type TableView,
  type TypedFilter,
  tableAddress,
} from '../table-address.ts';
import { PAGE_COLUMNS, PAGE_ROWS, type TableContent } from '../table-rows.ts';
import { type DatasetHead, datasetPage } from './dataset.ts';
import { grid } from './table-grid.ts';
import { versionForm } from './version-form.ts';

interface View {
  version: VersionRow;
  others: readonly VersionRow[];
  known: readonly TableRow[];
  view: TableView;
  /** The table alone while it cannot be read. */
  content: TableContent | WholeTable;
  /** What the form had, when it made no filter. */
  typed: TypedFilter | null;
}

/** A table with what its values are like, and some of its rows. */
export function tablePage(head: DatasetHead, { version, others, known, view, content, typed }: View): Page {
  const page = datasetPage(
    head,
    'table',
    sameRows(head.dataset.id, view),
    html`<div class="tools">${versionForm(view.path, version, others, tableChoice(known, view))}</div>
${'rows' in content && 'places' in content ? body(head, view, content, typed) : unreadable(content)}`,
  );
  return { ...page, scripts: ['data-table.js'] };
}

/** The rows of a view from the first that is shown, in the API. */
function sameRows(datasetId: number, view: TableView): string {
  const offset = view.row > 0 ? `&offset=${view.row}` : '';
  return `${rowsAddress(datasetId, view, [])}${offset}`.replace('?&', '?').replace(/\?$/, '');
}

export function noTablesPage(head: DatasetHead, { version, others }: Pick<View, 'version' | 'others'>): Page {
  const { id } = head.dataset;
  return datasetPage(
    head,
    'table',
    `/datasets/${id}/versions/${version.version}/tables`,
    html`<div class="tools">${versionForm(`/ui/datasets/${id}/table`, version, others)}</div>
<p class="card empty">No file of this version is a table. <a href="${address(`/ui/datasets/${id}/files`, { version: version.version })}">Look at its files</a></p>`,
  );
}

function tableChoice(known: readonly TableRow[], view: TableView): Html {
  return html`<label>Table <select name="table">${known.map(({ name, state }) => html`<option value="${name}"${name === view.table && html` selected`}>${name}${state !== 'ready' && ` (${state})`}</option>`)}</select></label> `;
}

function unreadable({ state, problem, path }: WholeTable): Html {
  if (state !== 'failed')
    return html`<p class="card">${mark('busy', 'This table is being made. Load the page again shortly.')}</p>`;
  return html`<p class="notice"><strong>${problem?.title ?? 'The file could not be read as a table'}.</strong> ${problem?.detail} <code>${path}</code></p>`;
}

function body(head: DatasetHead, view: TableView, content: TableContent, typed: View['typed']): Html {
  const { total, reachable, scanned, table, rows } = content;
  const last = view.row + rows.length;
  return html`${filterForm(view, content, typed)}
<p class="small muted count-line">${rows.length === 0 ? 'No row of ' : html`<span class="range">Rows ${number(view.row + 1)}–${number(last)} of </span>`}${total === null ? `those found among the first ${number(scanned ?? 0)} rows` : plural(total, 'row')}${total !== null && total < table.rows && html` that match, of ${number(table.rows)}`}${total !== null && reachable < total && html`. The first ${number(reachable)} are shown here`}</p>
${columnLinks(view, table.schema.length)}
${grid(head.dataset.id, view, content)}
<nav class="pages" aria-label="Rows">
${view.row > 0 && html`<a class="button" href="${tableAddress(view, { row: Math.max(0, view.row - PAGE_ROWS) })}">Previous ${PAGE_ROWS}</a>`}
${last < reachable && html`<a class="button" href="${tableAddress(view, { row: last })}">Next ${PAGE_ROWS}</a>`}
</nav>`;
}

/** Wide tables in windows. */
function columnLinks(view: TableView, count: number): Html | false {
  if (count <= PAGE_COLUMNS) return false;
  const starts = Array.from({ length: Math.ceil(count / PAGE_COLUMNS) }, (_, at) => at * PAGE_COLUMNS);
  return html`<form class="inline columns-form" action="${view.path}">${hidden(view, ['from'])}<label>Columns <select name="from">${starts.map((start) => html`<option value="${start}"${start === view.from && html` selected`}>${number(start + 1)} to ${number(Math.min(start + PAGE_COLUMNS, count))} of ${number(count)}</option>`)}</select></label><button>Show</button></form>`;
}

function filterForm(view: TableView, { table }: TableContent, typed: View['typed']): Html {
  const without = (at: number) => view.filters.filter((_, index) => index !== at);
  return html`<div class="filters">
<form class="inline" action="${view.path}">${hidden(view, ['row'])}
<label class="hidden" for="column">Column</label><select id="column" name="column">${table.schema.slice(0, 1_000).map(({ name }) => html`<option${name === typed?.column && SELECTED}>${name}</option>`)}</select>
<label class="hidden" for="op">Comparison</label><select id="op" name="op">${OPERATORS.map(([value, label]) => html`<option value="${value}"${value === typed?.op && SELECTED}>${label}</option>`)}</select>
<label class="hidden" for="value">Value</label><input id="value" name="value" value="${typed?.value ?? ''}" placeholder="value" autocomplete="off">
<button>Filter</button></form>
<form class="inline" action="${view.path}">${hidden(view, ['row', 'q'])}
<label class="hidden" for="q">Text</label><input id="q" name="q" type="search" value="${view.q ?? ''}" placeholder="Text in any column"><button>Find</button></form>
${view.filters.map((filter, at) => html`<a class="chip" href="${tableAddress(view, { filters: without(at), row: 0 })}">${filterLabel(filter)} <span aria-hidden="true">✕</span><span class="hidden">, remove</span></a>`)}
${view.q !== null && html`<a class="chip" href="${tableAddress(view, { q: null, row: 0 })}">“${view.q}” <span aria-hidden="true">✕</span><span class="hidden">, remove</span></a>`}
</div>${typed && html`<p class="notice" role="alert">${inLabels(typed.wrong)}</p>`}`;
}

const SELECTED = html` selected`;

/** What a form keeps of the page that it is on. */
function hidden(view: TableView, but: readonly string[]): Html[] {
  const search = new URLSearchParams(tableAddress(view).split('?')[1]);
  return [...search]
    .filter(([name]) => !but.includes(name))
    .map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
}
