import type { FailedRequest } from '#shared/http/dialect.ts';
import { PROBLEMS, type Problem } from '#shared/http/problems.ts';
import { html } from '../html.ts';
import { type Account, layout, type Queried } from '../layout.ts';
import { waysOn } from '../ways-on.ts';

/** Assets by their plain names: a failure does not wait for their manifest. */
const PLAIN = { names: new Map<string, string>() };

/** A failure as a person reads it. */
export function problemPage(
  { slug, status, message, errors }: Problem,
  request: FailedRequest,
  account: Account,
  queried?: Queried,
): string {
  const title = PROBLEMS[slug][1];
  const { form, links } = waysOn({ slug, status }, request);
  return layout(
    {
      title,
      section: null,
      body: html`<div class="card problem">
<p class="muted">${status}</p>
<h1>${title}</h1>
<p>${message}</p>
${errors !== undefined && errors.length > 1 && html`<ul>${errors.map((error) => html`<li>${placeOf(error)} ${error.detail}</li>`)}</ul>`}
${form}
<p class="links">${links}<a class="button" href="/ui">All datasets</a></p>
<p class="small muted">Request <code>${request.id}</code></p>
</div>`,
    },
    PLAIN,
    // Not every failure comes after it was asked who sends the request: the page offers to sign in where that helps.
    account === 'anonymous' ? 'needless' : account,
    queried,
  ).text;
}

function placeOf(error: NonNullable<Problem['errors']>[number]): string {
  if ('parameter' in error) return error.parameter;
  return 'header' in error ? error.header : error.pointer.slice(1);
}
