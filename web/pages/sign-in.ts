import { address } from '../addresses.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { HOME } from '../return-address.ts';

interface View {
  /** Everyone may do everything here. */
  needless: boolean;
  /** Of those who sign in elsewhere; null where there is none. */
  issuer: string | null;
  /** The page to go on to. */
  place: string;
}

export function signInPage({ needless, issuer, place }: View): Page {
  return {
    title: 'Sign in',
    section: null,
    body: html`<div class="card narrow"><h1>Sign in</h1>
${
  needless
    ? html`<p>Nobody needs to sign in here: authentication is off. <a href="/ui">All datasets</a></p>`
    : signInWays(issuer, place)
}</div>`,
  };
}

/** At the issuer, where there is one, and with a token. */
export function signInWays(issuer: string | null, place: string): Html {
  const to = place === HOME ? null : place;
  return html`${
    issuer !== null &&
    html`<p><a class="button primary" href="${address('/ui/sign-in/begin', { to })}">Sign in at ${issuer}</a></p>
<p class="muted">Or with an API token:</p>`
  }<form class="stack" method="post" action="/ui/sign-in">${to !== null && html`<input type="hidden" name="to" value="${to}">`}<label for="token">API token</label>
<input id="token" name="token" type="password" required maxlength="4096" autocomplete="off" spellcheck="false">
<div><button${issuer === null && html` class="primary"`}>Sign in</button></div></form>
<p class="small muted">The token stays on the server's list. Your browser keeps a cookie of this site for 12 hours, or until you sign out.</p>`;
}

/** Between the issuer and here: a page of this site leads on, as the session's cookie is not sent from elsewhere. */
export function signedInPage(name: string, place: string): Page {
  return {
    title: 'Signed in',
    section: null,
    body: html`<div class="card narrow"><h1>Signed in</h1>
<p>As ${name}. <a href="${place}">Continue</a></p></div>`,
  };
}
