import type { FailedRequest } from '#shared/http/dialect.ts';
import type { Problem } from '#shared/http/problems.ts';
import { address } from './addresses.ts';
import { type Html, html } from './html.ts';
import { registerForm } from './pages/register-form.ts';
import { signInWays } from './pages/sign-in.ts';
import { cameFrom, HOME, placeOf, readLogin } from './return-address.ts';
import { isOurs } from './same-origin.ts';
import { CALLBACK } from './sign-in-address.ts';

type Failure = Pick<Problem, 'slug' | 'status'>;
type Sent = Readonly<Record<string, string>>;

interface WaysOn {
  /** What was sent, to be put right. */
  form: Html | null;
  links: readonly Html[];
}

/** What a person can do after a failure: neither what was typed is lost, nor the page that it belongs to. */
export function waysOn(failure: Failure, request: FailedRequest): WaysOn {
  const { path, body, headers } = request;
  // What another site sends is not offered to be sent again.
  const sent = isOurs(headers) ? textsOf(body) : null;
  if (path.startsWith('/ui/sign-in')) return { form: signInAgain(failure, request, sent), links: [] };
  return { form: sent && formAgain(path, sent), links: linksOf(failure, request) };
}

function signInAgain(
  { slug }: Failure,
  { path, url, headers, dependencies: { sessions, login } }: FailedRequest,
  sent: Sent | null,
): Html | null {
  if (!sessions || slug === 'cross-site') return null;
  const asked = URL.parse(url, 'http://here.invalid')?.searchParams.get('to');
  const place = path === CALLBACK ? readLogin(headers).place : placeOf(sent?.to ?? asked);
  return signInWays(login?.issuer ?? null, place);
}

function formAgain(path: string, sent: Sent): Html | null {
  if (path === '/ui/datasets') return registerForm(sent.source_url ?? '');
  if (path !== '/ui/sql') return null;
  return html`<form class="stack" action="/ui/sql">${['dataset', 'version'].map((name) => html`<input type="hidden" name="${name}" value="${sent[name]}">`)}
<label for="q">Query</label><textarea id="q" name="q" rows="8" spellcheck="false" required>${sent.q}</textarea>
<div><button class="primary">Run</button></div></form>`;
}

function linksOf({ slug, status }: Failure, { method, path, url, headers }: FailedRequest): Html[] {
  const isForm = method === 'POST';
  const place = isForm ? cameFrom(headers) : placeOf(url);
  const to = place === HOME ? null : place;
  const isClosed = slug === 'unauthorized' || slug === 'forbidden';
  const isMistaken = !isForm && path !== url && (status === 400 || status === 404);
  return [
    isClosed && html`<a class="button primary" href="${address('/ui/sign-in', { to })}">Sign in</a>`,
    isForm && to !== null && html`<a class="button" href="${to}">Back</a>`,
    isMistaken && html`<a class="button" href="${path}">Reset this page</a>`,
  ].filter((link) => link !== false);
}

/** The fields of a form that were sent once. */
function textsOf(body: unknown): Sent | null {
  if (typeof body !== 'object' || body === null) return null;
  return Object.fromEntries(Object.entries(body).filter(([, value]) => typeof value === 'string'));
}
