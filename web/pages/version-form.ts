import type { VersionRow } from '#shared/data/versions.ts';
import { type Html, html } from '../html.ts';

/** Which version a page is about. */
export function versionForm(
  action: string,
  { version }: VersionRow,
  others: readonly VersionRow[],
  more: Html | false = false,
): Html {
  return html`<form class="inline" action="${action}">
${more}<label>Version <select name="version">${[
    ...new Set([...others.map((other) => other.version), version]),
  ]
    .toSorted((a, b) => b - a)
    .map((other) => html`<option${other === version && html` selected`}>${other}</option>`)}</select></label>
<button>Show</button></form>`;
}
