import type { DatasetCard } from '#shared/data/dataset-cards.ts';
import type { DatasetRow } from '#shared/data/datasets.ts';
import { plural, size, time } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { mirrorState } from '../mirror-state.ts';
import { licenceWords } from './dataset.ts';

interface View {
  rows: readonly DatasetRow[];
  cards: ReadonlyMap<number, DatasetCard>;
  sort: string;
  /** Address of the next page. */
  next: string | null;
  mayWrite: boolean;
}

const SORTS: readonly [value: string, label: string][] = [
  ['name', 'Name'],
  ['-name', 'Name, backwards'],
  ['-created_at', 'Newest first'],
  ['created_at', 'Oldest first'],
];

export function browsePage({ rows, cards, sort, next, mayWrite }: View): Page {
  return {
    title: 'Datasets',
    section: 'datasets',
    alternate: '/datasets',
    body: html`<div class="title"><h1>Datasets</h1></div>
${mayWrite && registerForm()}
<form class="tools" action="/ui/datasets">
<label>Sort <select name="sort">${SORTS.map(([value, label]) => html`<option value="${value}"${value === sort && html` selected`}>${label}</option>`)}</select></label>
<button>Show</button>
</form>
${rows.length === 0 ? html`<p class="card empty">Nothing here yet.${mayWrite && ' Register a Kaggle address.'}</p>` : list(rows, cards)}
${next !== null && html`<p class="more"><a class="button" href="${next}">Load more</a></p>`}`,
  };
}

function registerForm(): Html {
  return html`<form class="card register" method="post" action="/ui/datasets">
<label for="source_url">Register a dataset of Kaggle</label>
<div class="row"><input id="source_url" name="source_url" inputmode="url" required maxlength="2048" placeholder="https://www.kaggle.com/datasets/owner/name" autocomplete="off" spellcheck="false">
<button class="primary">Register</button></div>
</form>`;
}

function list(rows: readonly DatasetRow[], cards: View['cards']): Html {
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
