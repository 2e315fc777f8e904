import type { DatasetRow } from '#shared/data/datasets.ts';
import type { WholeTable } from '#shared/data/tables.ts';
import { cellOf } from '../cell.ts';
import { plural } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { type QueryMistake, type QueryRows, resultLine, sourceLine } from '../query-words.ts';

/** Of a table, those that are listed. */
const COLUMNS = 500;

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
    scripts: chosen === null ? [] : ['sql-editor.js'],
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
  return html`<div class="sql"><section class="card tables" aria-labelledby="tables"><h2 id="tables">Tables of version ${version}</h2>
${tables.length === 0 && html`<p class="muted">This version has no tables.</p>`}
${tables.map((table) => columns(table, tables.length === 1))}</section>
<sql-editor class="stack" data-of="${id}" data-rows="/datasets/${id}/versions/${version}/sql"><form class="card" action="/ui/sql"><input type="hidden" name="dataset" value="${id}"><input type="hidden" name="version" value="${version}">
<label for="q">Query</label><textarea id="q" name="q" rows="8" spellcheck="false" data-submit required>${query || sample(tables)}</textarea>
<div class="tools"><button class="primary">Run</button><span class="small muted">Ctrl+Enter</span><span class="links">All rows as <button formmethod="post" name="format" value="csv">CSV</button><button formmethod="post" name="format" value="parquet">Parquet</button></span></div>
<p class="small muted" role="status">${result !== null && 'rows' in result && resultLine(result)}</p></form>
${held && html`<p class="notice">A link brought this query here. Read it, then run it.</p>`}
<div class="output">${result !== null && ('rows' in result ? rowsOf(result) : mistake(result, query))}</div></sql-editor></div>`;
}

function columns({ name, rows, schema }: WholeTable, open: boolean): Html {
  return html`<details data-table="${name}"${open && html` open`}><summary><code>${name}</code></summary><ul class="schema"><li><code data-name="${name}">${name}</code> <span class="muted small">${rows !== null && plural(rows, 'row')}</span></li>
${schema?.slice(0, COLUMNS).map((column) => html`<li><code data-name="${column.name}" data-column="${column.name}" data-type="${column.type}">${column.name}</code> <span class="muted small">${column.type}</span></li>`)}</ul></details>`;
}

/** A place to begin. */
function sample([first]: readonly WholeTable[]): string {
  return first ? `SELECT *\nFROM ${first.name}\nLIMIT 10` : '';
}

function rowsOf({ columns, rows }: QueryRows): Html {
  return html`<div class="scroller" tabindex="0" role="region" aria-label="Result"><table class="grid"><thead><tr>${columns.map(({ name, type }) => html`<th scope="col"><span class="cut" title="${name}">${name}</span><span class="type">${type}</span></th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>`)}</tbody></table></div>`;
}

function cell(value: unknown): Html {
  const { text, mark } = cellOf(value);
  return html`<td${mark !== null && html` class="${mark}"`}>${text}</td>`;
}

function mistake(wrong: QueryMistake, query: string): Html {
  const line = sourceLine(wrong, query);
  return html`<div class="notice" role="alert"><p>${wrong.detail}</p>${line !== null && html`<pre class="wide" tabindex="0">${line}</pre>`}</div>`;
}
