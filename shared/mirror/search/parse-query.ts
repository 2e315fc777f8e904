import type { WantedWord } from '#shared/data/search-terms.ts';

/** A word or phrase of a query, and whether hits have to be without it. */
export interface Term extends WantedWord {
  negated: boolean;
}

const MAX_TERMS = 32;

/** `-"a phrase"`, or what stands between blanks. */
const PART = /(-?)"([^"]*)(?:"|$)|(-?)([^\s"]+)/gu;
/** As `search_text` and the parser of PostgreSQL separate them. */
const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/**
 * What people type: words, "phrases", and -words that are not to be in it. What has no letter or digit is no word. The
 * last word may be half typed, unless a blank follows it.
 */
export function parseQuery(text: string): Term[] {
  const terms: Term[] = [];
  for (const [whole, minusPhrase, phrase, minus, bare = ''] of text.matchAll(PART)) {
    const words = (phrase ?? bare).toLowerCase().match(WORD) ?? [];
    if (words.length === 0) continue;
    const negated = (phrase === undefined ? minus : minusPhrase) === '-';
    if (phrase !== undefined || negated) terms.push({ words, phrase: true, negated, open: false });
    else for (const word of words) terms.push({ words: [word], phrase: false, negated, open: false });
    const last = terms.at(-1);
    if (last && !last.phrase && text.endsWith(whole)) last.open = true;
  }
  return terms.slice(0, MAX_TERMS);
}
