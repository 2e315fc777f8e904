import { readFileSync } from 'node:fs';
import pg from 'pg';

const TOPICS = new URL('../../relevance/topics.txt', import.meta.url);
const BATCH = 10_000;
const WRITERS = 2;

export const topics = readFileSync(TOPICS, 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split('|')[1] ?? '');

/** Those that are made after the documents, as in an upgrade. */
const INDEXES = {
  search_documents_words: 'USING gin (words)',
  search_documents_sample: 'USING gin (words) WHERE id % 16 = 0',
  search_documents_larger_sample: 'USING gin (words) WHERE id % 16 BETWEEN 1 AND 4',
  search_documents_next_sample: 'USING gin (words) WHERE id % 16 BETWEEN 5 AND 9',
  search_documents_last_sample: 'USING gin (words) WHERE id % 16 BETWEEN 10 AND 15',
  search_documents_values:
    'USING gin (search_values(VARIADIC keywords || formats || ARRAY[kind, owner, licence]))',
};

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
    `DROP INDEX ${Object.keys(INDEXES).join(', ')}`,
    `CREATE TABLE bench_topics AS SELECT title, n FROM unnest(ARRAY[${topics.map((title) => pg.escapeLiteral(title))}])
       WITH ORDINALITY AS one (title, n)`,
    // As those of mirrors have, with a few frequent values and many rare ones.
    `CREATE FUNCTION bench_values() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       NEW.owner := 'owner-' || floor(20000 ^ random())::int;
       NEW.licence := (ARRAY['CC0-1.0', 'CC-BY-4.0', 'CC-BY-SA-4.0', 'ODbL-1.0', 'MIT', 'Apache-2.0', 'other'])[floor(8 ^ random())::int];
       NEW.keywords := ARRAY['keyword-' || floor(300 ^ random())::int, 'keyword-' || floor(300 ^ random())::int];
       NEW.formats := CASE WHEN random() < 0.8 THEN '{csv}' ELSE '{csv,json}' END::text[];
       NEW.state := CASE WHEN random() < 0.95 THEN 'ready' ELSE 'queued' END;
       NEW.bytes := 10 ^ (3 + 6 * random());
       RETURN NEW;
     END $$`,
    'CREATE TRIGGER bench_values BEFORE INSERT ON search_documents FOR EACH ROW EXECUTE FUNCTION bench_values()',
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
    "SET maintenance_work_mem = '512MB'",
    ...Object.entries(INDEXES).map(([name, on]) => `CREATE INDEX ${name} ON search_documents ${on}`),
    'VACUUM ANALYZE search_documents',
    'VACUUM ANALYZE search_words',
  );
}
