import type { FileRow } from '#shared/data/files.ts';
import type { VersionRow } from '#shared/data/versions.ts';
import { address, fileAddress } from '../addresses.ts';
import { bytes, number } from '../format.ts';
import { html } from '../html.ts';
import type { Page } from '../layout.ts';
import { type DatasetHead, datasetPage } from './dataset.ts';

interface View {
  version: VersionRow;
  file: FileRow;
  /** How it begins, if it is text. */
  start: string | null;
  /** The name of the table that is made of it. */
  table: string | null;
}

/** One file of a version. */
export function filePage(head: DatasetHead, { version: { version }, file, start, table }: View): Page {
  const { id } = head.dataset;
  const folder = file.path.slice(0, file.path.lastIndexOf('/') + 1);
  const up = address(`/ui/datasets/${id}/files`, { version, path: folder });
  return datasetPage(
    head,
    'files',
    address(`/datasets/${id}/versions/${version}/files`, { prefix: file.path }),
    html`<p class="links"><a href="${up}">${folder === '' ? 'All files' : folder}</a></p>
<div class="card"><h2 class="path">${file.path}</h2>
<dl class="facts">
<dt>Version</dt><dd>${version}</dd>
<dt>Size</dt><dd>${bytes(file.size)}${file.size >= 1_024 && ` (${number(file.size)} bytes)`}</dd>
<dt>Type</dt><dd>${file.media_type}</dd>
<dt>SHA-256</dt><dd><code class="sum" data-copy="${file.sha256}">${file.sha256}</code></dd>
</dl>
<p class="links"><a class="button" href="${fileAddress(id, version, file.path)}" download>Raw</a>${table !== null && html` <a class="button" href="${address(`/ui/datasets/${id}/table`, { version, table })}">As a table</a>`}</p></div>
${start === null ? html`<p class="card empty">No preview of this file.</p>` : html`<div class="card flush"><h2 class="path">${start.length < file.size ? 'How it begins' : 'Content'}</h2><pre class="wide" tabindex="0">${start}</pre></div>`}`,
  );
}
