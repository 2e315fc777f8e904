import { type Html, html } from '../html.ts';

/** Where people paste an address of Kaggle; `typed` is what they pasted before. */
export function registerForm(typed: string): Html {
  return html`<form class="register" method="post" action="/ui/datasets">
<label for="source_url">Register a dataset of Kaggle</label>
<div class="row"><input id="source_url" name="source_url" value="${typed}" inputmode="url" required maxlength="2048" placeholder="https://www.kaggle.com/datasets/owner/name" autocomplete="off" spellcheck="false">
<button class="primary">Register</button></div>
</form>`;
}
