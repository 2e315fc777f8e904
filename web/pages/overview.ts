import type { VersionRow } from '#shared/data/versions.ts';
import { time } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { type DatasetHead, datasetPage } from './dataset.ts';

/** What a dataset is about and where it comes from. */
export function overviewPage(head: DatasetHead, version: VersionRow | null): Page {
  const { dataset } = head;
  return datasetPage(
    head,
    'overview',
    html`<div class="columns"><section class="card" aria-labelledby="about"><h2 id="about">About</h2>
${dataset.description === null ? html`<p class="muted">No description.</p>` : html`<p class="prose">${dataset.description}</p>`}
</section>
<section class="card" aria-labelledby="facts"><h2 id="facts">Facts</h2><dl>
${facts(head, version)}
</dl></section></div>`,
  );
}

function facts({ dataset, card }: DatasetHead, version: VersionRow | null): Html[] {
  const { source_url } = dataset;
  return [
    source_url !== null &&
      fact('Source', html`<a href="${source_url}" rel="noopener nofollow">${source_url}</a>`),
    card?.licence && fact('Licence', html`${card.licence}`),
    version?.notes && fact('Version notes', html`<span class="prose">${version.notes}</span>`),
    version && fact('Checksum', html`<code class="sum">${version.tree_sha256}</code>`),
    fact('Registered', time(dataset.created_at)),
    fact('Changed', time(dataset.updated_at)),
  ].filter((one) => one instanceof Object);
}

function fact(term: string, value: Html): Html {
  return html`<dt>${term}</dt><dd>${value}</dd>`;
}
