import type { SearchInput } from '#shared/data/search-input.ts';
import type { FoundTerm } from '#shared/data/search-terms.ts';
import { editDistance } from './edit-distance.ts';
import type { Term } from './parse-query.ts';

/** Of words spelled alike, the nearest few are meant. */
const MAX_ALIKE = 5;

/**
 * Composes what documents have to match from what the terms were found to mean; null when no word is left that a document
 * could have.
 */
export function composeQuery(terms: readonly Term[], found: readonly FoundTerm[]): SearchInput['query'] {
  const wanted: string[] = [];
  const typed: string[] = [];
  const excluded: string[] = [];
  for (const [index, term] of terms.entries()) {
    const { query, completions, similar } = found[index] ?? { query: '', completions: [], similar: [] };
    if (term.negated) {
      if (query !== '') excluded.push(`!(${query})`);
      continue;
    }
    const alike = nearest(term.words[0] ?? '', similar);
    const all = [query, ...completions.map((one) => one.query), ...alike].filter((one) => one !== '');
    // A stop word asks for nothing, unless it is the beginning of another word.
    if (query === '' && completions.length === 0) continue;
    if (query === '' && !isAlone(terms, term)) continue;
    wanted.push(anyOf(all));
    typed.push(query === '' ? anyOf(all) : anyOf([query]));
  }
  if (wanted.length === 0) return null;
  return {
    found: [...wanted, ...excluded].join(' & '),
    exact: [...typed, ...excluded].join(' & '),
    lexemes: lexemesOf(wanted),
  };
}

function isAlone(terms: readonly Term[], term: Term): boolean {
  return terms.every((other) => other === term || other.negated);
}

function nearest(word: string, similar: FoundTerm['similar']): string[] {
  const most = word.length < 5 ? 1 : 2;
  const distances = similar.map((one) => ({ ...one, distance: editDistance(word, one.word, most) }));
  const least = Math.min(...distances.map(({ distance }) => distance));
  if (least > most) return [];
  return distances
    .filter(({ distance }) => distance === least)
    .slice(0, MAX_ALIKE)
    .map(({ query }) => query);
}

function anyOf(queries: readonly string[]): string {
  return `(${[...new Set(queries)].map((one) => `(${one})`).join(' | ')})`;
}

function lexemesOf(queries: readonly string[]): string[] {
  const quoted = queries.flatMap((query) => [...query.matchAll(/'((?:[^'\\]|''|\\.)*)'/g)]);
  return [...new Set(quoted.map(([, text = '']) => text.replaceAll("''", "'").replace(/\\(.)/g, '$1')))];
}
