import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const MIGRATION = 'migrations/committed/000025-search-rewritten.sql';
/** Made by the migrations after it. */
const LATER = ['sample', 'larger_sample', 'values', 'newest', 'name', 'bytes', 'rows'];
const LOOK = 5;

/**
 * The migration that writes all documents again. A row stays locked until its transaction ends, so the longest
 * transaction is the longest wait of a client that writes.
 */
export async function measureRewrite(url: string): Promise<string> {
  const [writer, watcher] = [client(url), client(url)];
  await Promise.all([writer.connect(), watcher.connect()]);
  const { rows } = await writer.query('SELECT pg_backend_pid() AS pid');
  await writer.query(`DROP INDEX ${LATER.map((name) => `search_documents_${name}`).join(', ')}`);
  await writer.query('SET synchronous_commit = on');
  const ages: number[] = [];
  let done = false;
  const watching = (async () => {
    for (let last = 0; !done; await sleep(LOOK)) {
      const seen = await watcher.query(
        `SELECT extract(epoch FROM clock_timestamp() - xact_start)::float8 * 1000 AS age FROM pg_stat_activity WHERE pid = $1`,
        [rows[0].pid],
      );
      const age: number = seen.rows[0]?.age ?? 0;
      if (age < last) ages.push(last);
      last = age;
    }
  })();
  const start = performance.now();
  await writer.query(await readFile(MIGRATION, 'utf8')).finally(() => {
    done = true;
  });
  const seconds = (performance.now() - start) / 1_000;
  await watching;
  await Promise.all([writer.end(), watcher.end()]);
  const sorted = ages.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(0);
  return `all documents written again: ${seconds.toFixed(0)} s, in ${ages.length} transactions seen: ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`;
}

function client(url: string): pg.Client {
  return new pg.Client({ connectionString: url });
}
