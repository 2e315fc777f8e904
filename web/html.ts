/** Text that is HTML already. Nothing but `html` and what was rendered under its own rules makes one. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Part = Html | string | number | null | undefined | false | readonly Part[];

/** A template of HTML: whatever is put in is shown as text, but for what this tag made itself. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  // A page has thousands of parts: String.raw takes three times as long.
  let text = strings[0] ?? '';
  for (let at = 0; at < parts.length; at += 1) text += write(parts[at]) + strings[at + 1];
  return new Html(text);
}

function write(part: Part): string {
  if (typeof part === 'string') return escaped(part);
  if (part instanceof Html) return part.text;
  if (part === null || part === undefined || part === false) return '';
  if (typeof part === 'number') return String(part);
  let text = '';
  for (const one of part) text += write(one);
  return text;
}

const ENTITIES: ReadonlyMap<number, string> = new Map(
  Object.entries({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }).map(
    ([character, entity]) => [character.charCodeAt(0), entity],
  ),
);
const SPECIAL = /[&<>"']/;

/** For content and for attributes in quotes. */
function escaped(text: string): string {
  let at = text.search(SPECIAL);
  if (at === -1) return text;
  let done = '';
  let from = 0;
  for (; at < text.length; at += 1) {
    const entity = ENTITIES.get(text.charCodeAt(at));
    if (entity === undefined) continue;
    done += text.slice(from, at) + entity;
    from = at + 1;
  }
  return done + text.slice(from);
}
