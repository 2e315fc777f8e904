import type { DatasetCard } from '#shared/data/dataset-cards.ts';
import type { SearchResult } from '#shared/mirror/search/find.ts';
import { presentHit } from '#shared/mirror/search/search-hit.ts';
import { address } from '../addresses.ts';
import { number } from '../format.ts';
import { Html, html } from '../html.ts';
import { mirrorState } from '../mirror-state.ts';

/** What is looked for; what is empty does not narrow anything. */
export interface Wanted {
  q: string;
  licence: string | null;
  keyword: string | null;
  owner: string | null;
  format: string | null;
  state: string | null;
}

interface View {
  wanted: Wanted;
  found: SearchResult;
  cards: ReadonlyMap<number, DatasetCard>;
  next: string | null;
}

const FACETS = [
  ['licence', 'Licence'],
  ['keyword', 'Keyword'],
  ['owner', 'Owner'],
  ['format', 'Format'],
  ['state', 'State'],
] as const;
/** Values of a facet that are shown. */
const SHOWN = 8;

/** What was found, and ways to narrow it. */
export function searchResults({ wanted, found, cards, next }: View): Html {
  const { hits, total, exact } = found;
  if (hits.length === 0)
    return html`<p class="card empty">Nothing matches${wanted.q !== '' && html` “${wanted.q}”`}. <a href="/ui">Clear search</a></p>`;
  return html`<p class="small muted" role="status">${exact ? '' : 'More than '}${number(total)} found. <a href="/ui">Clear search</a></p>
<div class="found"><nav class="facets" aria-label="Narrow">${FACETS.map(([name, label]) => facet(name, label, wanted, found))}</nav>
<ul class="card list" aria-label="Found">${hits.map((hit) => item(presentHit(hit), hit.name, cards))}</ul></div>
${next !== null && html`<p class="more"><a class="button" href="${next}">Load more</a></p>`}`;
}

function facet(
  name: (typeof FACETS)[number][0],
  label: string,
  wanted: Wanted,
  { facets }: SearchResult,
): Html | false {
  const values = facets[name];
  const chosen = wanted[name];
  if (chosen === null && values.length < 2) return false;
  const to = (value: string | null) => address('/ui', given({ ...wanted, [name]: value }));
  return html`<h2>${label}</h2><ul>${
    chosen !== null
      ? html`<li><a class="chip" href="${to(null)}">${chosen} <span aria-hidden="true">✕</span><span class="hidden">, remove</span></a></li>`
      : values
          .slice(0, SHOWN)
          .map(
            ({ value, count }) =>
              html`<li><a href="${to(value)}">${value}</a> <span class="count">${number(count)}</span></li>`,
          )
  }</ul>`;
}

/** Without what is empty. */
export function given(wanted: Wanted): Record<string, string | null> {
  return { ...wanted, q: wanted.q === '' ? null : wanted.q };
}

type Hit = ReturnType<typeof presentHit>;

function item(hit: Hit, name: string, cards: View['cards']): Html {
  const { type, dataset_id: id, ref, snippet } = hit;
  const card = id === null ? undefined : cards.get(id);
  // Several of our datasets may be one of Kaggle's: our names tell them apart.
  const title = type === 'dataset' ? name : hit.title;
  const to = addressOf(hit);
  return html`<li><div class="main"><h2>${to === null ? title : html`<a href="${to}">${title}</a>`}</h2> ${ref !== null && html`<code class="ref">${ref}</code>`}
${snippet.replaceAll(/<\/?mark>/g, '') !== html`${title}`.text && html`<p class="clip">${marked(snippet)}</p>`}</div>
<div class="facts">${type === 'dataset' ? card && mirrorState(card) : html`<span class="muted">${KINDS[type]}</span>`}</div></li>`;
}

const KINDS = { dataset: 'Dataset', file: 'File', table: 'Table', column: 'Column' };

function addressOf({ type, dataset_id: id, path, table }: Hit): string | null {
  if (id === null) return null;
  const base = `/ui/datasets/${id}`;
  if (type === 'dataset') return base;
  return table !== null ? address(`${base}/table`, { table }) : address(`${base}/files`, { path });
}

/** The search escapes all of a snippet but the marks that it sets. */
function marked(snippet: string): Html {
  return new Html(snippet);
}
