import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runMigrations } from '#functions/migrate/run-migrations.ts';
import { startPostgres } from '#scripts/embedded-postgres/server.ts';
import { createDatabase } from '#shared/data/database.ts';
import { search } from '#shared/mirror/search/find.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { createRandom } from '../random.ts';
import { backendTime } from './backend-time.ts';
import { measureRewrite } from './rewrite.ts';
import { seedDocuments, topics } from './seed.ts';

const HELP = `Measures searches over many documents: npm run bench:search -- [options]

  --rows N        datasets to make        (1000000, some 3 GB and many minutes)
  --queries N     queries of each kind    (200)
`;
const NO_FILTERS = {
  kinds: null,
  owner: null,
  licence: null,
  keyword: null,
  format: null,
  state: null,
  minRows: null,
  maxBytes: null,
};

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    queries: { type: 'string', default: '200' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(HELP);
else await bench(Number(values.rows), Number(values.queries));

async function bench(rows: number, queries: number): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'kaggle-search-'));
  const settings = ['synchronous_commit=off', 'shared_buffers=1GB', 'max_wal_size=8GB'];
  const server = await startPostgres({ dir, settings });
  const url = server.url('postgres');
  const logger = createLogger({ level: 'warn', name: 'bench' });
  try {
    await runMigrations({ url, folder: resolve('migrations'), waitSeconds: 5, logger });
    await seedDocuments(url, rows);
    const db = await createDatabase({
      url,
      name: 'bench',
      // One connection, whose process is looked at.
      poolSize: 1,
      statementTimeout: 60_000,
      validateRows: false,
    });
    const find = (text: string) =>
      search(db, { text, filters: NO_FILTERS, sort: 'relevance', after: null, limit: 20 });
    const { hits } = await find(`${topics[0]} `);
    const rare = hits.flatMap(({ about }) => about?.split(' ').slice(0, 8) ?? []);
    const random = createRandom(1);
    const one = (from: readonly string[]) => from[Math.floor(random() * from.length)] ?? '';
    const kinds: [string, () => string][] = [
      ['two words of a name', () => `${one(topics).split(' ').slice(0, 2).join(' ')} `],
      ['two words of texts', () => `${one(rare)} ${one(rare)} `],
      ['a word of a name and one of texts', () => `${one(topics).split(' ')[0]} ${one(rare)} `],
      ['a misspelt word', () => `${misspelt(one(topics), random)} `],
      ['a half-typed word', () => one(topics).slice(0, 5)],
    ];
    const cpu = await backendTime(url, 'bench');
    process.stdout.write(
      `| ${rows} datasets, load average ${loadavg()[0]?.toFixed(1)} | p50 ms | p95 ms | p99 ms | CPU p50 ms | CPU p95 ms | matches, median |\n|---|---|---|---|---|---|---|\n`,
    );
    for (const [kind, make] of kinds)
      process.stdout.write(`${await measure(kind, make, find, cpu, queries)}\n`);
    await db.end();
    process.stdout.write(`${await measureRewrite(url)}\n`);
  } finally {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

async function measure(
  kind: string,
  make: () => string,
  find: (text: string) => Promise<{ total: number }>,
  cpu: () => Promise<number>,
  queries: number,
): Promise<string> {
  const texts = Array.from({ length: queries }, make);
  for (const text of texts) await find(text);
  const times: number[] = [];
  const computed: number[] = [];
  const totals: number[] = [];
  for (const text of texts) {
    const before = await cpu();
    const start = performance.now();
    const { total } = await find(text);
    times.push(performance.now() - start);
    computed.push((await cpu()) - before);
    totals.push(total);
  }
  const figures = [
    ...[0.5, 0.95, 0.99].map((share) => quantile(times, share)),
    ...[0.5, 0.95].map((share) => quantile(computed, share)),
  ];
  return `| ${kind} | ${figures.map((figure) => figure.toFixed(1)).join(' | ')} | ${quantile(totals, 0.5)} |`;
}

function quantile(values: readonly number[], share: number): number {
  return (
    values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0
  );
}

/** Two letters in the middle of its first word change places. */
function misspelt(text: string, random: () => number): string {
  const [word = ''] = text.split(' ');
  const at = 1 + Math.floor(random() * Math.max(1, word.length - 3));
  return word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2);
}
