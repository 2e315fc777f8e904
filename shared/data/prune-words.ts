import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { sql } from './sql.ts';

const Page = z.object({ last: z.string().nullable(), gone: z.array(z.string()) });

const PAGE = 1_000;

/**
 * Deletes words that no document has any more, from a word on that chance chooses, for so many milliseconds. So each word
 * has its turn in one of the next runs, however many there are.
 */
export async function pruneWords(
  db: CommonQueryMethods,
  { milliseconds, signal }: { milliseconds: number; signal: AbortSignal },
): Promise<void> {
  const end = performance.now() + milliseconds;
  let after: string | null = await randomWord(db);
  const gone: string[] = [];
  // From there to the last word, and then from the first.
  for (let rounds = 0; rounds < 2 && performance.now() < end && !signal.aborted; ) {
    const page: z.output<typeof Page> = await pruneAfter(db, after ?? '');
    gone.push(...page.gone);
    after = page.last;
    if (after === null) rounds++;
  }
  await relearn(db, gone);
}

const Settings = z.object({ settings: z.string() });
const Word = z.object({ word: z.string().nullable() });

async function randomWord(db: CommonQueryMethods): Promise<string | null> {
  const { word } = await db.one(sql.prepared('random_word', Word)`
    SELECT (SELECT word FROM search_words WHERE word > chr(97 + floor(random() * 26)::int) ORDER BY word LIMIT 1) AS word`);
  return word;
}

/**
 * A word is needed as long as a document has it in any form. Stop words are in no index, and stay. Of one that two
 * documents brought at the same time, one stays.
 */
function pruneAfter(db: CommonQueryMethods, after: string): Promise<z.output<typeof Page>> {
  return db.transaction(async (tx) => {
    // As for a search: the planner thinks reading the texts of all documents cheap, a thousand times here.
    await tx.query(sql.prepared('prune_settings', Settings)`
      SELECT concat(set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)) AS settings`);
    return tx.one(sql.prepared('prune_words', Page)`
    WITH page AS MATERIALIZED (
      SELECT word, plainto_tsquery('english', word) AS query FROM search_words
      WHERE word > ${after} GROUP BY word ORDER BY word LIMIT ${PAGE}
    ), gone AS (
      DELETE FROM search_words USING page WHERE search_words.word = page.word AND (
        numnode(query) > 0 AND NOT EXISTS (SELECT FROM search_documents WHERE words @@ query)
        OR EXISTS (SELECT FROM search_words AS twin WHERE twin.word = page.word AND twin.ctid < search_words.ctid))
      RETURNING search_words.word
    )
    SELECT (SELECT max(word) FROM page) AS last, ARRAY(SELECT word FROM gone) AS gone`);
  });
}

/** A document that was written meanwhile may have found its word still there. */
async function relearn(db: CommonQueryMethods, words: readonly string[]): Promise<void> {
  if (words.length === 0) return;
  await db.query(sql.prepared('relearn_words', z.strictObject({}))`
    INSERT INTO search_words (word)
    SELECT DISTINCT word FROM unnest(${sql.array([...words], 'text')}) AS told (word)
    WHERE NOT EXISTS (SELECT FROM search_words AS known WHERE known.word = told.word)
      AND EXISTS (SELECT FROM search_documents WHERE words @@ plainto_tsquery('english', told.word))`);
}
