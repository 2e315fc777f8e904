import type { DatasetCard } from '#shared/data/dataset-cards.ts';
import type { DatasetRow } from '#shared/data/datasets.ts';
import type { SearchResult } from '#shared/mirror/search/find.ts';
import { address } from '../addresses.ts';
import { plural, size, time } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { mirrorState } from '../mirror-state.ts';
import { licenceWords } from './dataset.ts';
import { registerForm } from './register-form.ts';
import { given, searchResults, type Wanted } from './search-results.ts';

interface Common {
  wanted: Wanted;
  cards: ReadonlyMap<number, DatasetCard>;
  sort: string;
  /** Address of the next page. */
  next: string | null;
  mayWrite: boolean;
}

/** All of them, or what was found. */
type View = Common & ({ rows: readonly DatasetRow[] } | { found: SearchResult });

const SORTS: readonly [value: string, label: string][] = [
  ['name', 'Name'],
  ['-name', 'Name, backwards'],
  ['-created_at', 'Newest first'],
  ['created_at', 'Oldest first'],
];

export function browsePage(view: View): Page {
  const { wanted, sort, mayWrite } = view;
  const isSearch = 'found' in view;
  return {
    title: isSearch && wanted.q !== '' ? `${wanted.q} · Datasets` : 'Datasets',
    section: 'datasets',
    alternate: isSearch ? address('/search', given(wanted)) : '/datasets',
    body: html`<div class="title"><h1>Datasets</h1></div>
<search><form class="tools" action="/ui">
<label class="hidden" for="q">Search</label><input id="q" name="q" type="search" value="${wanted.q}" maxlength="1000" placeholder="Search names, descriptions, files and columns" autocomplete="off">
<button class="primary">Search</button></form></search>
${
  isSearch
    ? searchResults(view)
    : html`${mayWrite && html`<div class="card">${registerForm('')}</div>`}
<form class="tools" action="/ui/datasets">
<label>Sort <select name="sort">${SORTS.map(([value, label]) => html`<option value="${value}"${value === sort && html` selected`}>${label}</option>`)}</select></label>
<button>Show</button>
</form>
${all(view)}`
}`,
  };
}

function all({ rows, cards, next, mayWrite }: Common & { rows: readonly DatasetRow[] }): Html {
  if (rows.length === 0)
    return html`<p class="card empty">Nothing here yet.${mayWrite && ' Register a Kaggle address.'}</p>`;
  return html`${list(rows, cards)}
${next !== null && html`<p class="more"><a class="button" href="${next}">Load more</a></p>`}`;
}

function list(rows: readonly DatasetRow[], cards: Common['cards']): Html {
  return html`<ul class="card list" aria-label="Datasets">${rows.map((row) => item(row, cards.get(row.id)))}</ul>`;
}

function item({ id, name, description, pinned_version }: DatasetRow, card: DatasetCard | undefined): Html {
  return html`<li>
<div class="main"><h2><a href="/ui/datasets/${id}">${name}</a></h2>${card && html` <code class="ref">${card.ref}</code>`}
${description !== null && html`<p class="clip">${firstWords(description)}</p>`}</div>
<div class="facts">${card ? mirrorState(card) : html`<span class="muted">Not a dataset of Kaggle</span>`}
${card && html`<p class="small muted">${facts(card, pinned_version)}</p>`}</div>
</li>`;
}

function facts(
  { version, total_bytes, file_count, checked_at, licence }: DatasetCard,
  pinned: number | null,
): Html[] {
  return [
    version !== null && html`version ${version}${pinned !== null && ', pinned'}`,
    total_bytes !== null && size(total_bytes),
    file_count !== null && html`${plural(file_count, 'file')}`,
    licence !== null && html`${licenceWords(licence)}`,
    checked_at !== null && html`checked ${time(checked_at)}`,
  ]
    .filter((fact) => fact !== false)
    .map((fact, index) => html`${index > 0 && ' · '}${fact}`);
}

const CLIP = 300;

/** Enough for two lines; a description may have 65,536 characters. */
function firstWords(text: string): string {
  return text.length <= CLIP ? text : `${text.slice(0, CLIP).toWellFormed()}…`;
}
