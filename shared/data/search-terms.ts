import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { sql } from './sql.ts';

/** What a query asks for, as it was typed: words in lower case, letters and digits only. */
export interface WantedWord {
  words: readonly string[];
  /** Side by side in this order. */
  phrase: boolean;
  /** The last word may go on. */
  open: boolean;
}

const Found = z.object({
  /** A tsquery; empty when nothing is left, as of a stop word. */
  query: z.string(),
  /** Words of documents that begin with it, or are spelled alike, with their tsquery. */
  completions: z.array(z.object({ word: z.string(), query: z.string() })),
  similar: z.array(z.object({ word: z.string(), query: z.string() })),
});
export type FoundTerm = z.output<typeof Found>;

const COMPLETIONS = 20;
const SIMILAR = 30;

/**
 * Looks up what words mean here. Words that no document spells so come with those that are spelled alike, and open ones
 * with those that they begin.
 */
export function findTerms(
  db: CommonQueryMethods,
  wanted: readonly WantedWord[],
): Promise<readonly FoundTerm[]> {
  const terms = wanted.map(({ words, phrase, open }) => ({
    text: words.join(' '),
    word: words.length === 1 && !phrase ? words[0] : null,
    open,
    swapped: words.length === 1 && !phrase ? swaps(words[0] ?? '') : [],
  }));
  return db.any(sql.prepared('find_search_terms', Found)`
    SELECT CASE WHEN word IS NULL THEN phraseto_tsquery('english', text) ELSE plainto_tsquery('english', text) END::text AS query,
      coalesce((
        SELECT jsonb_agg(jsonb_build_object('word', one, 'query', plainto_tsquery('english', one)::text)) FROM (
          SELECT search_words.word AS one FROM search_words
          WHERE open AND length(wanted.word) >= 2
            AND search_words.word > wanted.word AND search_words.word < wanted.word || U&'\\+10FFFF'
          GROUP BY 1 ORDER BY length(search_words.word), 1 LIMIT ${COMPLETIONS}) longer
      ), '[]') AS completions,
      coalesce((
        SELECT jsonb_agg(jsonb_build_object('word', one, 'query', plainto_tsquery('english', one)::text)) FROM (
          SELECT search_words.word AS one FROM search_words
          WHERE length(wanted.word) >= 4 AND (search_words.word % wanted.word OR search_words.word = ANY(swapped))
            AND NOT EXISTS (SELECT FROM search_words known WHERE known.word = wanted.word)
          GROUP BY 1 ORDER BY search_words.word = ANY(swapped) DESC, similarity(search_words.word, wanted.word) DESC, 1 LIMIT ${SIMILAR}) alike
      ), '[]') AS similar
    FROM ROWS FROM (jsonb_to_recordset(${JSON.stringify(terms)}::jsonb) AS (text text, word text, open bool, swapped text[]))
      WITH ORDINALITY AS wanted (text, word, open, swapped, place)
    ORDER BY place`);
}

/** The word with two neighbours swapped, at each place: of a short word hardly a trigram stays the same. */
function swaps(word: string): string[] {
  const letters = [...word].slice(0, 40);
  return letters.slice(1).map((letter, index) => {
    const before = letters.slice(0, index).join('');
    return `${before}${letter}${letters[index]}${letters.slice(index + 2).join('')}`;
  });
}
