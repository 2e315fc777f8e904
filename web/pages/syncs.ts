import type { SyncRow } from '#shared/data/syncs.ts';
import { address } from '../addresses.ts';
import { bytes, duration, time } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { mark, syncWords } from '../mirror-state.ts';
import { action } from '../parts.ts';
import { type DatasetHead, datasetPage } from './dataset.ts';

/** What was tried to bring a dataset up to date, newest first. */
export function syncsPage(
  head: DatasetHead,
  { syncs, next }: { syncs: readonly SyncRow[]; next: string | null },
): Page {
  return datasetPage(
    head,
    'syncs',
    address('/syncs', { dataset_id: head.dataset.id }),
    html`${syncs.length === 0 && html`<p class="card empty">Nothing was synced yet.</p>`}
${syncs.length > 0 && html`<ul class="card list" aria-label="Syncs">${syncs.map((sync) => item(sync, head.mayWrite))}</ul>`}
${next !== null && html`<p class="more"><a class="button" href="${next}">Earlier syncs</a></p>`}`,
  );
}

function item(sync: SyncRow, mayWrite: boolean): Html {
  return html`<li><div class="main"><h2><a href="/ui/syncs/${sync.id}">Sync ${sync.id}</a></h2> ${syncMark(sync)}
${sync.error !== null && html`<p class="clip">${sync.error.detail}</p>`}</div>
<div class="facts"><p class="small muted">${facts(sync)}</p>${mayWrite && isActive(sync) && cancel(sync)}</div></li>`;
}

export function syncMark(sync: SyncRow): Html {
  switch (sync.state) {
    case 'queued':
      return mark('idle', syncWords(sync));
    case 'running':
      return mark('busy', syncWords(sync));
    case 'succeeded':
      return mark('good', 'Done');
    case 'failed':
      return mark('bad', sync.error?.title ?? 'Failed');
    default:
      return mark('idle', 'Cancelled');
  }
}

export function isActive({ state }: SyncRow): boolean {
  return state === 'queued' || state === 'running';
}

export function cancel({ id }: SyncRow): Html {
  return action(`/ui/syncs/${id}/cancel`, 'Cancel');
}

function facts({ requested_at, started_at, finished_at, bytes_done, attempts }: SyncRow): Html[] {
  const took = started_at && finished_at ? (Date.parse(finished_at) - Date.parse(started_at)) / 1_000 : null;
  return [
    html`requested ${time(requested_at)}`,
    took !== null && html`took ${duration(took)}`,
    bytes_done > 0 && html`${bytes(bytes_done)}`,
    attempts > 1 && html`${attempts} attempts`,
  ]
    .filter((fact) => fact !== false)
    .map((fact, index) => html`${index > 0 && ' · '}${fact}`);
}
