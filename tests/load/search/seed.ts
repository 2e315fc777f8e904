import { readFileSync } from 'node:fs';
import pg from 'pg';

const TOPICS = new URL('../../relevance/topics.txt', import.meta.url);
const BATCH = 10_000;
const WRITERS = 2;

export const topics = readFileSync(TOPICS, 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split('|')[1] ?? '');

/** Words that follow Zipf's law: of 20,000, the first is in most texts. */
const WORD = "translate(left(md5((20000 ^ random())::int::text), 7), '0123456789', 'ghijklmnop')";

/**
 * `rows` datasets of some hundred topics, with descriptions of 60 words: the documents are made by the migrations' own
 * function, the indexes after them, as in an upgrade.
 */
export async function seedDocuments(url: string, rows: number): Promise<void> {
  const run = async (...statements: string[]) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  await run(
    'ALTER TABLE datasets DISABLE TRIGGER USER',
    'DROP INDEX search_documents_words',
    `CREATE TABLE bench_topics AS SELECT title, n FROM unnest(ARRAY[${topics.map((title) => pg.escapeLiteral(title))}])
       WITH ORDINALITY AS one (title, n)`,
    `INSERT INTO datasets (name, description)
     SELECT title || ' of ' || ${WORD}, (SELECT string_agg(${WORD}, ' ') FROM generate_series(1, 60 + i - i))
     FROM generate_series(1, ${rows}) i JOIN bench_topics ON n = 1 + i % ${topics.length}`,
  );
  let next = 0;
  const write = async () => {
    while (next < rows) {
      const first = next;
      next += BATCH;
      await run(`SELECT search_refresh_datasets(ARRAY(
        SELECT id FROM datasets WHERE id > ${first} AND id <= ${first + BATCH}))`);
      process.stderr.write(`\r${Math.min(next, rows)} documents`);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  process.stderr.write('\n');
  await run(
    "SET maintenance_work_mem = '512MB'; CREATE INDEX search_documents_words ON search_documents USING gin (words)",
    'VACUUM ANALYZE search_documents',
    'VACUUM ANALYZE search_words',
  );
}
