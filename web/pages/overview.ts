import type { VersionRow } from '#shared/data/versions.ts';
import type { Metadata } from '#shared/mirror/metadata.ts';
import { number, time } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { renderMarkdown } from '../markdown.ts';
import { snippet } from '../parts.ts';
import type { UseLine } from '../use-lines.ts';
import { type DatasetHead, datasetPage } from './dataset.ts';

interface View {
  /** The one that is shown; null before there is one. */
  version: VersionRow | null;
  /** Null where there is no mirror. */
  metadata: Metadata | null;
  uses: readonly UseLine[];
  /** In Croissant; null for one that is too large for a page. */
  data: object | null;
}

/** What a dataset is about, where it comes from, and how to use it. */
export function overviewPage(head: DatasetHead, { version, metadata, uses, data }: View): Page {
  const { description } = head.dataset;
  const kaggle = metadata?.kaggle ?? null;
  const theirs = kaggle?.description ?? null;
  const page = datasetPage(
    head,
    'overview',
    `/datasets/${head.dataset.id}`,
    html`<div class="columns"><div class="stack"><section class="card" aria-labelledby="about"><h2 id="about">About</h2>
${kaggle?.title && kaggle.title !== head.dataset.name && html`<p class="lead">${kaggle.title}</p>`}
${kaggle?.subtitle && html`<p class="muted">${kaggle.subtitle}</p>`}
${description !== null && html`<p class="prose">${description}</p>`}
${theirs !== null && html`<div class="markdown">${rendered(theirs)}</div>`}
${description === null && theirs === null && html`<p class="muted">No description.</p>`}
${kaggle && kaggle.keywords.length > 0 && html`<ul class="keywords" aria-label="Keywords">${kaggle.keywords.map((word) => html`<li>${word}</li>`)}</ul>`}
</section>
${uses.length > 0 && html`<section class="card" aria-labelledby="use"><h2 id="use">Use it</h2>${uses.map(({ tool, code }) => html`<h3>${tool}</h3>${snippet(code)}`)}</section>`}</div>
<section class="card" aria-labelledby="facts"><h2 id="facts">Facts</h2><dl>
${facts(head, version, metadata)}
</dl></section></div>`,
  );
  const address = `/datasets/${head.dataset.id}/croissant`;
  return version === null ? page : { ...page, linkedData: { address, data } };
}

function rendered(text: string): Html {
  return (
    renderMarkdown(text) ??
    html`<details><summary>The description is long: show all of it as text</summary><pre class="wide">${text}</pre></details>`
  );
}

function facts(
  { dataset, card }: DatasetHead,
  version: VersionRow | null,
  metadata: Metadata | null,
): Html[] {
  const { source_url } = dataset;
  const kaggle = metadata?.kaggle;
  return [
    source_url !== null &&
      fact('Source', html`<a href="${source_url}" rel="noopener nofollow">${source_url}</a>`),
    kaggle?.owner.name && fact('Owner', html`${kaggle.owner.name}`),
    card?.licence && fact('Licence', html`${card.licence}`),
    version?.notes && fact('Version notes', html`<span class="prose">${version.notes}</span>`),
    version && fact('Checksum', html`<code class="sum">${version.tree_sha256}</code>`),
    kaggle?.usability != null && fact('Usability at Kaggle', html`${kaggle.usability}`),
    kaggle?.downloads != null && fact('Downloads at Kaggle', html`${number(kaggle.downloads)}`),
    kaggle?.votes != null && fact('Votes at Kaggle', html`${number(kaggle.votes)}`),
    fact('Registered', time(dataset.created_at)),
    fact('Changed', time(dataset.updated_at)),
  ].filter((one) => one instanceof Object);
}

function fact(term: string, value: Html): Html {
  return html`<dt>${term}</dt><dd>${value}</dd>`;
}
