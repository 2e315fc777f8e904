import { type Html, html } from './html.ts';
import { type Active, progressOf, syncWords } from './mirror-state.ts';

/** The start of a sum; the button that a script puts behind it copies all of it. */
export function checksum(sha256: string): Html {
  return html`<code class="sum" data-copy="${sha256}" title="${sha256}">${sha256.slice(0, 8)}</code>`;
}

/** A button that does something by itself. */
export function action(to: string, label: string, { primary = false } = {}): Html {
  return html`<form method="post" action="${to}"><button${primary && html` class="primary"`}>${label}</button></form>`;
}

/** Far along, of a whole. */
function bar({ done, total }: { done: number; total: number | null }, label: string): Html {
  if (total === null || total === 0) return html`<progress aria-label="${label}"></progress>`;
  return html`<progress aria-label="${label}" value="${Math.min(done, total)}" max="${total}"></progress>`;
}

/** A sync that waits, runs or makes tables, which a script keeps as it is. */
export function liveSync(sync: Active & { id: number }): Html {
  const running = sync.state !== 'queued';
  return html`<div class="live" data-sync="${sync.id}" data-state="${sync.state}"><p class="state ${running ? 'busy' : 'idle'}"><span aria-hidden="true">${running ? '◐' : '○'}</span> <span role="status">${syncWords(sync)}</span></p>${running && bar(progressOf(sync), 'Progress of the sync')}</div>`;
}

/** Code to be copied whole. */
export function snippet(code: string): Html {
  return html`<div class="snippet"><pre><code>${code}</code></pre><span class="hidden" data-copy="${code}">code</span></div>`;
}
