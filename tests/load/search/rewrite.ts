import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const MIGRATION = 'migrations/committed/000025-search-rewritten.sql';
/** Made by the migrations after it. */
const LATER = 'sample larger_sample next_sample last_sample values newest name bytes rows'.split(' ');
const LOOK = 5;

/**
 * The migration that writes all documents again. A row stays locked until its transaction ends, so the longest
 * transaction is the longest wait of a client that writes. What it computes does not depend on how busy the machine is.
 */
export async function measureRewrite(url: string): Promise<string> {
  const [writer, watcher] = [client(url), client(url)];
  await Promise.all([writer.connect(), watcher.connect()]);
  const { pid } = (await writer.query('SELECT pg_backend_pid() AS pid')).rows[0];
  await writer.query(`DROP INDEX ${LATER.map((name) => `search_documents_${name}`).join(', ')}`);
  await writer.query('SET synchronous_commit = on');
  const computed = async () => Number((await readFile(`/proc/${pid}/schedstat`, 'utf8')).split(' ')[0]) / 1e6;
  const ages: number[] = [];
  const cpu: number[] = [];
  let done = false;
  const watching = (async () => {
    let [begun, age, before] = ['', 0, await computed()];
    for (; !done; await sleep(LOOK)) {
      const { rows: seen } = await watcher.query(
        `SELECT coalesce(xact_start::text, '') AS begun,
           extract(epoch FROM clock_timestamp() - xact_start)::float8 * 1000 AS age
         FROM pg_stat_activity WHERE pid = $1`,
        [pid],
      );
      if (begun !== '' && begun !== seen[0]?.begun) {
        const now = await computed();
        ages.push(age);
        cpu.push(now - before);
        before = now;
      }
      [begun, age] = [seen[0]?.begun ?? '', seen[0]?.age ?? 0];
    }
  })();
  const start = performance.now();
  await writer.query(await readFile(MIGRATION, 'utf8')).finally(() => {
    done = true;
  });
  const seconds = (performance.now() - start) / 1_000;
  await watching;
  await Promise.all([writer.end(), watcher.end()]);
  const quantiles = (all: readonly number[]) => {
    const sorted = all.toSorted((a, b) => a - b);
    const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(0);
    return `${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`;
  };
  return `all documents written again: ${seconds.toFixed(0)} s, in ${ages.length} transactions seen: ${quantiles(ages)}; of CPU ${quantiles(cpu)}`;
}

function client(url: string): pg.Client {
  return new pg.Client({ connectionString: url });
}
