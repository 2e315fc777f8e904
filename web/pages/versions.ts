import type { ChangeCounts } from '#shared/data/file-changes.ts';
import type { VersionRow } from '#shared/data/versions.ts';
import { address } from '../addresses.ts';
import { number, plural, size, time } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { mark } from '../mirror-state.ts';
import { checksum } from '../parts.ts';
import { type DatasetHead, datasetPage } from './dataset.ts';

interface View {
  /** Newest first, with one more than is shown where there is one: what the last is compared with. */
  rows: readonly VersionRow[];
  shown: number;
  /** By version, against the one that it is compared with. */
  changes: ReadonlyMap<number, ChangeCounts>;
  next: string | null;
}

/** The versions that were mirrored. */
export function versionsPage(head: DatasetHead, { rows, shown, changes, next }: View): Page {
  const readyBefore = (index: number) =>
    rows.slice(index + 1).find(({ state }) => state === 'ready')?.version;
  return datasetPage(
    head,
    'versions',
    `/datasets/${head.dataset.id}/versions`,
    html`${rows.length === 0 && html`<p class="card empty">No version is here yet.</p>`}
<ul class="card list" aria-label="Versions">${rows
      .slice(0, shown)
      .map((row, index) => item(head, row, readyBefore(index), changes.get(row.version)))}</ul>
${next !== null && html`<p class="more"><a class="button" href="${next}">Older versions</a></p>`}`,
  );
}

function item(
  { dataset, card }: DatasetHead,
  row: VersionRow,
  before: number | undefined,
  changes: ChangeCounts | undefined,
): Html {
  const { version, state, created_at, fetched_at, total_bytes, file_count, tree_sha256, notes } = row;
  const base = `/ui/datasets/${dataset.id}`;
  const ready = state === 'ready';
  return html`<li><div class="main"><h2>${ready ? html`<a href="${address(`${base}/files`, { version })}">Version ${version}</a>` : `Version ${version}`}</h2> ${ready ? version === card?.version && mark('good', 'Shown') : mark('idle', 'Removed from the volume, checksums kept')}
${notes !== null && html`<p class="clip">${notes}</p>`}</div>
<div class="facts"><p>${size(total_bytes)} · ${plural(file_count, 'file')}</p>
<p class="small muted">${created_at !== null && html`made ${time(created_at)} · `}fetched ${time(fetched_at)} · ${checksum(tree_sha256)}</p>
${ready && before !== undefined && html`<p>${changes && `${changeWords(changes)} · `}<a href="${address(`${base}/diff`, { from: before, to: version })}">Compare with ${before}</a></p>`}</div></li>`;
}

/** `+1 file, 2 changed` */
function changeWords({ added, removed, changed }: ChangeCounts): string {
  const words = [
    added > 0 && `+${plural(added, 'file')}`,
    removed > 0 && `−${plural(removed, 'file')}`,
    changed > 0 && `${number(changed)} changed`,
  ].filter((part) => part !== false);
  return words.length === 0 ? 'The same files' : words.join(', ');
}
