import { escapeHtml } from '#shared/http/html.ts';

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const BEFORE = 60;
const LENGTH = 240;

/** Whether a word of the text is among the marked ones, which are in lower case. */
export function hasMarked(text: string | null, marked: ReadonlySet<string>): boolean {
  return text !== null && firstMarked(text, marked) !== null;
}

/**
 * A piece of the first text that has a marked word, or of the first that there is, as HTML: `<mark>` around marked words,
 * all else escaped. Empty for no text.
 */
export function snippetOf(texts: readonly (string | null)[], marked: ReadonlySet<string>): string {
  const plain = texts.filter((text) => text !== null).map(withoutMarkup);
  const text = plain.find((one) => hasMarked(one, marked)) ?? plain.find((one) => one !== '') ?? '';
  const found = firstMarked(text, marked) ?? 0;
  const start = found <= BEFORE ? 0 : wordStart(text, found - BEFORE);
  const end = text.length - start <= LENGTH ? text.length : wordStart(text, start + LENGTH);
  const piece = text.slice(start, end).trim();
  return `${start > 0 ? '… ' : ''}${highlight(piece, marked)}${end < text.length ? ' …' : ''}`;
}

function highlight(text: string, marked: ReadonlySet<string>): string {
  let html = '';
  let at = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (!marked.has(word.toLowerCase())) continue;
    html += `${escapeHtml(text.slice(at, index))}<mark>${escapeHtml(word)}</mark>`;
    at = index + word.length;
  }
  return html + escapeHtml(text.slice(at));
}

function firstMarked(text: string, marked: ReadonlySet<string>): number | null {
  for (const { 0: word, index } of text.matchAll(WORD)) if (marked.has(word.toLowerCase())) return index;
  return null;
}

/** Where a word begins, not before `at`; never within a surrogate pair. */
function wordStart(text: string, at: number): number {
  const blank = text.indexOf(' ', at);
  if (blank !== -1 && blank - at < 40) return blank + 1;
  return /[\uDC00-\uDFFF]/.test(text[at] ?? '') ? at + 1 : at;
}

/** Kaggle's descriptions are Markdown with HTML in it: tags and marks are not what people look for. */
function withoutMarkup(text: string): string {
  return text
    .replace(/<\/?[a-z][^<>]{0,500}>/gi, ' ')
    .replace(/[#*`>|]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
