import type { MirrorOverview } from '#shared/data/mirror-overview.ts';
import { MIRROR_STATES, type MirrorState } from '#shared/data/mirror-state.ts';
import type { CheckSchedule } from '#shared/mirror/check-schedule.ts';
import { address } from '../addresses.ts';
import { bytes, clock, number, time } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { mirrorState } from '../mirror-state.ts';
import { action } from '../parts.ts';

interface View {
  mirrors: readonly MirrorOverview[];
  counts: Readonly<Record<string, number>>;
  state: MirrorState | null;
  /** Null when it is not mounted here, or does not answer. */
  volume: { free_bytes: number; used_bytes: number } | null;
  next: string | null;
  schedule: CheckSchedule | null;
  mayWrite: boolean;
}

const LABELS: Readonly<Record<MirrorState, string>> = {
  queued: 'Waiting',
  downloading: 'Downloading',
  verifying: 'Verifying',
  extracting: 'Extracting',
  ready: 'Ready',
  pending_upstream: 'Pending at Kaggle',
  forbidden: 'Refused',
  gone: 'Gone',
  no_space: 'No room',
  failed: 'Failed',
};

/** How all mirrors are, and the volume that they are on. */
export function mirrorsPage(view: View): Page {
  const { mirrors, next, mayWrite } = view;
  return {
    title: 'Mirrors',
    section: 'mirrors',
    alternate: '/mirrors',
    body: html`<div class="title"><h1>Mirrors</h1></div>
${volume(view.volume)}
${view.schedule && nextCheck(view.schedule)}
${filters(view)}
${mirrors.length === 0 && html`<p class="card empty">${view.state === null ? 'Nothing is mirrored yet.' : 'No mirror is in this state.'}</p>`}
${
  mirrors.length > 0 &&
  html`<div class="card flush"><div class="wide"><table><thead><tr><th scope="col">Mirror</th><th scope="col">State</th><th scope="col" class="figure">Version</th><th scope="col">Last check</th><th scope="col">Problem</th><th scope="col"><span class="hidden">Actions</span></th></tr></thead>
<tbody>${mirrors.map((mirror) => row(mirror, mayWrite))}</tbody></table></div></div>`
}
${next !== null && html`<p class="more"><a class="button" href="${next}">More mirrors</a></p>`}`,
  };
}

function volume(known: View['volume']): Html {
  if (known === null) return html`<p class="summary">No volume is mounted here.</p>`;
  const { free_bytes: free, used_bytes: used } = known;
  return html`<p class="summary">Volume: ${bytes(free)} of ${bytes(free + used)} free <meter min="0" max="${free + used}" value="${used}" high="${0.9 * (free + used)}" aria-label="Used of the volume"></meter></p>`;
}

function nextCheck({ next, timeZone }: CheckSchedule): Html | null {
  const at = next(new Date());
  return at && html`<p class="summary">Next check ${time(at.toISOString())}, at ${clock(at, timeZone)}.</p>`;
}

function filters({ counts, state }: View): Html {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const there = MIRROR_STATES.filter((one) => (counts[one] ?? 0) > 0 || one === state);
  const link = (one: MirrorState | null, label: string, count: number) =>
    html`<a href="${address('/ui/mirrors', { state: one })}"${one === state && html` aria-current="true"`}>${label} <span class="count">${number(count)}</span></a>`;
  return html`<nav class="tabs" aria-label="State">${link(null, 'All', total)}${there.map((one) => link(one, LABELS[one], counts[one] ?? 0))}</nav>`;
}

const BROKEN = new Set<MirrorState>(['failed', 'no_space', 'forbidden', 'pending_upstream']);

function row(mirror: MirrorOverview, mayWrite: boolean): Html {
  const { ref, dataset_id: id, version, checked_at, last_error, sync_id, sync_state } = mirror;
  const retry = mayWrite && id !== null && sync_state === null && (BROKEN.has(mirror.state) || mirror.stale);
  return html`<tr><th scope="row">${id === null ? ref : html`<a class="name" href="/ui/datasets/${id}">${ref}</a>`}</th>
<td>${mirrorState(mirror)}</td><td class="figure">${version}</td><td>${checked_at === null ? html`<span class="muted">never</span>` : time(checked_at)}</td>
<td class="words">${last_error?.detail}</td>
<td><div class="links">${sync_id !== null && html`<a href="/ui/syncs/${sync_id}">Details<span class="hidden"> of ${ref}</span></a>`}${retry && action(`/ui/datasets/${id}/syncs`, 'Retry')}</div></td></tr>`;
}
