import type { FolderEntry } from '#shared/data/folders.ts';
import type { VersionRow } from '#shared/data/versions.ts';
import { address, fileAddress } from '../addresses.ts';
import { plural, size } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { checksum } from '../parts.ts';
import { type DatasetHead, datasetPage } from './dataset.ts';
import { versionForm } from './version-form.ts';

interface View {
  version: VersionRow;
  others: readonly VersionRow[];
  /** `''`, or ending with a slash. */
  folder: string;
  entries: readonly FolderEntry[];
  next: string | null;
}

/** A folder of a version. */
export function filesPage(head: DatasetHead, { version, others, folder, entries, next }: View): Page {
  const { id } = head.dataset;
  const at = (path: string) => address(`/ui/datasets/${id}/files`, { version: version.version, path });
  const base = `/datasets/${id}/versions/${version.version}`;
  return datasetPage(
    head,
    'files',
    address(`${base}/files`, { prefix: folder || null }),
    html`<div class="tools">${versionForm(`/ui/datasets/${id}/files`, version, others)}
<p class="links"><a href="${base}/archive">Download all (zip)</a> <a href="${base}/SHA256SUMS">SHA256SUMS</a></p></div>
<div class="card flush"><h2 class="path">${trail(folder, at)}</h2>
<div class="wide"><table><thead><tr><th scope="col">Name</th><th scope="col" class="figure">Size</th><th scope="col">SHA-256</th><th scope="col"><span class="hidden">Download</span></th></tr></thead>
<tbody>${entries.map((entry) => row(entry, folder, at, (path) => fileAddress(id, version.version, path)))}</tbody></table></div></div>
${entries.length === 0 && html`<p class="card empty">Nothing is in this folder.</p>`}
${next !== null && html`<p class="more"><a class="button" href="${next}">More files</a></p>`}`,
  );
}

function row(
  { name, files, size: length, sha256 }: FolderEntry,
  folder: string,
  at: (path: string) => string,
  raw: (path: string) => string,
): Html {
  const path = folder + name;
  const what =
    sha256 === null
      ? [html`<td><span class="muted">${plural(files, 'file')}</span></td>`, html`<td></td>`]
      : [
          html`<td>${checksum(sha256)}</td>`,
          html`<td><a href="${raw(path)}" download>Raw<span class="hidden"> ${name}</span></a></td>`,
        ];
  return html`<tr><th scope="row"><a class="name" href="${at(path)}">${name}</a></th><td class="figure">${size(length)}</td>${what}</tr>`;
}

/** The way to a folder, each step a link. */
function trail(folder: string, at: (path: string) => string): Html {
  const steps = folder.split('/').slice(0, -1);
  return html`<a href="${at('')}">All files</a>${steps.map(
    (step, index) => html` / <a href="${at(`${steps.slice(0, index + 1).join('/')}/`)}">${step}</a>`,
  )}`;
}
