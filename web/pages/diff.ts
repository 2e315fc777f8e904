import type { ChangeCounts, FileChange } from '#shared/data/file-changes.ts';
import type { VersionRow } from '#shared/data/versions.ts';
import { address } from '../addresses.ts';
import { number, size } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { checksum } from '../parts.ts';
import { type DatasetHead, datasetPage } from './dataset.ts';

export interface DiffView {
  from: VersionRow;
  to: VersionRow;
  known: readonly VersionRow[];
  counts: ChangeCounts;
  changes: readonly FileChange[];
  next: string | null;
}

/** How the files of two versions differ. */
export function diffPage(head: DatasetHead, { from, to, known, counts, changes, next }: DiffView): Page {
  const action = `/ui/datasets/${head.dataset.id}/diff`;
  const swapped = address(action, { from: to.version, to: from.version });
  return datasetPage(
    head,
    'versions',
    address(`/datasets/${head.dataset.id}/diff`, { from: from.version, to: to.version }),
    html`<form class="inline tools" action="${action}">
<label>From <select name="from">${options(known, from)}</select></label>
<label>to <select name="to">${options(known, to)}</select></label>
<button>Compare</button> <a href="${swapped}">Swap</a></form>
<p class="summary" role="status">Added ${number(counts.added)} · Removed ${number(counts.removed)} · Changed ${number(counts.changed)} · Same ${number(counts.unchanged)}</p>
${
  changes.length > 0 &&
  html`<div class="card flush"><div class="wide"><table><thead><tr><th scope="col">File</th><th scope="col">Change</th><th scope="col">Size</th><th scope="col">SHA-256</th></tr></thead><tbody>
${changes.map(row)}</tbody></table></div></div>`
}
${next !== null && html`<p class="more"><a class="button" href="${next}">More changes</a></p>`}`,
  );
}

function options(known: readonly VersionRow[], chosen: VersionRow): Html[] {
  return known.map(
    ({ version }) => html`<option${version === chosen.version && html` selected`}>${version}</option>`,
  );
}

function row({ path, from, to }: FileChange): Html {
  const what =
    from === null
      ? html`<span class="good">Added</span>`
      : to === null
        ? html`<span class="bad">Removed</span>`
        : html`<span class="warning">Changed</span>`;
  const sides = [from, to].filter((side) => side !== null);
  return html`<tr><th scope="row"><span class="name">${path}</span></th><td>${what}</td>
<td>${between(sides.map((side) => size(side.size)))}</td><td>${between(sides.map((side) => checksum(side.sha256)))}</td></tr>`;
}

function between(parts: readonly Html[]): Html[] {
  return parts.map((part, index) => html`${index > 0 && ' → '}${part}`);
}
