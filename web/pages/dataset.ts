import type { DatasetCard } from '#shared/data/dataset-cards.ts';
import type { DatasetRow } from '#shared/data/datasets.ts';
import { number, plural, size, time } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { mirrorState } from '../mirror-state.ts';
import { action, liveSync } from '../parts.ts';

export interface DatasetHead {
  dataset: DatasetRow;
  /** Null when its address is none of Kaggle's. */
  card: DatasetCard | null;
  mayWrite: boolean;
  /** Whether people can query here. */
  sql: boolean;
}

export type Tab = 'overview' | 'table' | 'sql' | 'files' | 'versions' | 'syncs';

/** A dataset's page: what it is, how its mirror is, and one of its tabs. `alternate` is what the tab shows, in the API. */
export function datasetPage(head: DatasetHead, tab: Tab, alternate: string, content: Html): Page {
  const { dataset, card } = head;
  return {
    title: dataset.name,
    section: 'datasets',
    alternate,
    body: html`<nav class="crumbs" aria-label="Breadcrumb"><a href="/ui">Datasets</a>${card && html` / <span>${card.ref}</span>`}</nav>
<div class="title"><h1>${dataset.name}</h1>${controls(head)}</div>
<p class="summary">${card ? summary(head) : html`<span class="muted">No mirror: the address is none of a Kaggle dataset.</span>`}</p>
${card?.sync_id && card.sync_state && liveSync({ ...card, id: card.sync_id, state: card.sync_state })}
${card?.last_error && card.sync_state === null && html`<p class="notice"><strong>${card.last_error.title}.</strong> ${card.last_error.detail}</p>`}
${tabs(head, tab)}
${content}`,
  };
}

/** What may be done with its mirror. */
function controls({ dataset: { id }, card, mayWrite }: DatasetHead): Html | false {
  if (!mayWrite || card === null) return false;
  return card.sync_id === null
    ? action(`/ui/datasets/${id}/syncs`, 'Sync now')
    : action(`/ui/syncs/${card.sync_id}/cancel`, 'Cancel');
}

/** Kaggle calls a licence that nobody chose unknown. */
export function licenceWords(licence: string): string {
  return licence === 'unknown' ? 'licence unknown' : licence;
}

function summary({ dataset, card }: DatasetHead): Html[] {
  if (card === null) return [];
  const { version, version_created_at: made, licence, file_count, total_bytes, checked_at } = card;
  return [
    card.sync_id === null && mirrorState(card),
    version !== null &&
      html`Version ${version}${dataset.pinned_version !== null && ', pinned'}${made && html`, ${time(made)}`}`,
    licence !== null && licenceWords(licence),
    file_count !== null && total_bytes !== null && html`${plural(file_count, 'file')}, ${size(total_bytes)}`,
    checked_at !== null && html`checked ${time(checked_at)}`,
  ]
    .filter((fact) => fact !== false)
    .map((fact, index) => html`${index > 0 && html`<span aria-hidden="true"> · </span>`}${fact}`);
}

function tabs({ dataset: { id }, card, sql }: DatasetHead, current: Tab): Html {
  const base = `/ui/datasets/${id}`;
  const shown: readonly (readonly [tab: Tab, href: string, label: string, count: number | null])[] = [
    ['overview', base, 'Overview', null],
    ...(card === null
      ? []
      : ([
          ['table', `${base}/table`, 'Table', null],
          ...(sql ? ([['sql', `/ui/sql?dataset=${id}`, 'SQL', null]] as const) : []),
          ['files', `${base}/files`, 'Files', card.file_count],
          ['versions', `${base}/versions`, 'Versions', card.version_count],
          ['syncs', `${base}/syncs`, 'Syncs', null],
        ] as const)),
  ];
  return html`<nav class="tabs" aria-label="Dataset">${shown.map(
    ([tab, href, label, count]) =>
      html`<a href="${href}"${tab === current && html` aria-current="page"`}>${label}${count !== null && html` <span class="count">${number(count)}</span>`}</a>`,
  )}</nav>`;
}
