import type { SyncRow } from '#shared/data/syncs.ts';
import { bytes, duration, time } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { makesTables, tableCount } from '../mirror-state.ts';
import { action, liveSync } from '../parts.ts';
import { cancel, isActive, syncMark } from './syncs.ts';

/** One sync. `datasetId` is a dataset of its mirror, if there still is one. */
export function syncPage(
  sync: SyncRow,
  { datasetId, mayWrite }: { datasetId: number | null; mayWrite: boolean },
): Page {
  const { error } = sync;
  const back = datasetId === null ? null : `/ui/datasets/${datasetId}`;
  return {
    title: `Sync ${sync.id}`,
    section: 'mirrors',
    alternate: `/syncs/${sync.id}`,
    body: html`<nav class="crumbs" aria-label="Breadcrumb"><a href="/ui/mirrors">Mirrors</a> / ${back === null ? sync.ref : html`<a href="${back}">${sync.ref}</a>`}</nav>
<div class="title"><h1>Sync ${sync.id}</h1>${mayWrite && isActive(sync) && cancel(sync)}${mayWrite && back !== null && sync.state === 'failed' && action(`${back}/syncs`, 'Retry', { primary: true })}</div>
<div class="card">${isActive(sync) || makesTables(sync) ? liveSync(sync) : html`<p>${syncMark(sync)}</p>`}
<dl class="facts">${facts(sync)}</dl></div>
${error !== null && html`<p class="notice"><strong>${error.title}.</strong> ${error.detail} <a href="${error.type}">${error.type}</a></p>`}`,
  };
}

function facts(sync: SyncRow): Html[] {
  const { requested_at, started_at, finished_at, bytes_done, attempts } = sync;
  const took = started_at && finished_at ? (Date.parse(finished_at) - Date.parse(started_at)) / 1_000 : null;
  const known: [string, Html | string | number | null][] = [
    ['Requested', time(requested_at)],
    ['Started', started_at && time(started_at)],
    ['Ended', finished_at && time(finished_at)],
    ['Took', took === null ? null : duration(took)],
    ['Attempts', attempts],
    ['Downloaded', bytes_done > 0 ? bytes(bytes_done) : null],
    ['Tables', tableCount(sync)],
  ];
  return known
    .filter(([, value]) => value !== null)
    .map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>`);
}
