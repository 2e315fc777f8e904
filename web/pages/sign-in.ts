import { html } from '../html.ts';
import type { Page } from '../layout.ts';

/** `needless`: everyone may do everything here. */
export function signInPage({ needless }: { needless: boolean }): Page {
  return {
    title: 'Sign in',
    section: null,
    body: html`<div class="card narrow"><h1>Sign in</h1>
${
  needless
    ? html`<p>Nobody needs to sign in here: authentication is off. <a href="/ui">All datasets</a></p>`
    : html`<form class="stack" method="post" action="/ui/sign-in"><label for="token">API token</label>
<input id="token" name="token" type="password" required maxlength="4096" autocomplete="off" spellcheck="false">
<div><button class="primary">Sign in</button></div></form>
<p class="small muted">The token stays on the server's list. Your browser keeps a cookie of this site for 12 hours, or until you sign out.</p>`
}</div>`,
  };
}
