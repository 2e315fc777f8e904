import type { DatasetRow } from '#shared/data/datasets.ts';
import type { WholeTable } from '#shared/data/tables.ts';
import { cellOf } from '../cell.ts';
import { bytes, plural } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import type { QueryMistake, QueryRows } from '../query-rows.ts';

interface View {
  /** Those that a query can be about. */
  datasets: readonly DatasetRow[];
  /** Null before one is chosen. */
  chosen: { id: number; version: number; tables: readonly WholeTable[] } | null;
  query: string;
  /** Null before a query runs. */
  result: QueryRows | QueryMistake | null;
  /** A link elsewhere brought the reader here: the query waits for a click. */
  held: boolean;
}

/** SQL over the tables of a version. */
export function sqlPage({ datasets, chosen, query, result, held }: View): Page {
  return {
    title: 'SQL',
    section: 'sql',
    body: html`<div class="title"><h1>SQL</h1></div>
<form class="tools" action="/ui/sql"><label>Dataset <select name="dataset">${datasets.map(({ id, name }) => html`<option value="${id}"${id === chosen?.id && html` selected`}>${name}</option>`)}</select></label><button>Choose</button></form>
${chosen === null ? html`<p class="card empty">${datasets.length === 0 ? 'No dataset is mirrored yet.' : 'Choose a dataset to query its tables.'}</p>` : editor(chosen, query, result, held)}`,
  };
}

function editor(
  { id, version, tables }: NonNullable<View['chosen']>,
  query: string,
  result: View['result'],
  held: boolean,
): Html {
  return html`<div class="sql"><section class="card" aria-labelledby="tables"><h2 id="tables">Tables of version ${version}</h2>
${tables.length === 0 && html`<p class="muted">This version has no tables.</p>`}
${tables.map(({ name, schema }) => html`<details><summary><code>${name}</code></summary><ul class="schema">${schema?.slice(0, 200).map((column) => html`<li><code>${column.name}</code> <span class="muted small">${column.type}</span></li>`)}</ul></details>`)}</section>
<div class="stack"><form class="card" action="/ui/sql"><input type="hidden" name="dataset" value="${id}"><input type="hidden" name="version" value="${version}">
<label for="q">Query</label><textarea id="q" name="q" rows="8" spellcheck="false" data-submit required>${query || sample(tables)}</textarea>
<div class="tools"><button class="primary">Run</button><span class="small muted">Ctrl+Enter runs the query.</span>${result !== null && 'rows' in result && exports(id, version, query)}</div></form>
${held && html`<p class="notice">A link brought this query here. Read it, then run it.</p>`}
${result !== null && ('rows' in result ? rowsOf(result) : mistake(result, query))}</div></div>`;
}

/** A place to begin. */
function sample([first]: readonly WholeTable[]): string {
  return first ? `SELECT *\nFROM ${first.name}\nLIMIT 10` : '';
}

function exports(id: number, version: number, query: string): Html {
  const to = (format: string) =>
    `/datasets/${id}/versions/${version}/sql?${new URLSearchParams({ query, format })}`;
  return html`<p class="links">All rows as <a href="${to('csv')}" download="result.csv">CSV</a> <a href="${to('parquet')}" download="result.parquet">Parquet</a></p>`;
}

function rowsOf({ columns, rows, truncated, bytes_read, milliseconds }: QueryRows): Html {
  return html`<p class="small muted" role="status">${truncated ? `The first ${plural(rows.length, 'row')}` : plural(rows.length, 'row')} in ${milliseconds} ms, read ${bytes(bytes_read)}</p>
<div class="scroller" tabindex="0" role="region" aria-label="Result"><table class="grid"><thead><tr>${columns.map(({ name, type }) => html`<th scope="col"><span class="cut" title="${name}">${name}</span><span class="type">${type}</span></th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>`)}</tbody></table></div>`;
}

function cell(value: unknown): Html {
  const { text, mark } = cellOf(value);
  return html`<td${mark !== null && html` class="${mark}"`}>${text}</td>`;
}

function mistake({ detail, line, column }: QueryMistake, query: string): Html {
  const source = line === null ? undefined : query.split('\n')[line - 1];
  return html`<div class="notice" role="alert"><p>${detail}${line !== null && column !== null && ` Line ${line}, column ${column}.`}</p>${
    source !== undefined &&
    column !== null &&
    html`<pre class="wide">${source.slice(0, 500)}
${' '.repeat(Math.min(column - 1, 500))}^</pre>`
  }</div>`;
}
