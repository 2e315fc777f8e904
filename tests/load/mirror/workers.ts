import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { CONVERTER } from '#shared/tables/converter.ts';
import { childrenTime } from '../processor-time.ts';
import { startFakeProcess } from './fake-process.ts';
import { type Measure, measured } from './measured.ts';

interface Options {
  place: string;
  job: string;
  databaseUrl: string;
  /** Of the PostgreSQL that is made for it. */
  postgres: string;
  mirrors: number;
  workers: number;
  perMinute: number;
}

/** Folders that the fake Kaggle looks through for one dataset. */
const OWNERS = 250;
const RUN = 'bench';
const MADE = new Date('2026-01-01');
const refOf = (index: number) => ({ owner: `owner-${index % OWNERS}`, slug: `set-${index}` });

/** A night of several processes over mirrors of which none has changed: who checked what, and what it took. */
export async function workers(options: Options): Promise<void> {
  const { place, job, databaseUrl, postgres, mirrors, perMinute } = options;
  const root = join(place, 'source-workers');
  await offer(root, mirrors);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const fake = await startFakeProcess(root);
  try {
    const env = {
      DATABASE_URL: databaseUrl,
      KAGGLE_DATA_ROOT: join(place, 'workers'),
      KAGGLE_BASE_URL: fake.baseUrl,
      MIRROR_MIN_FREE_BYTES: '0',
      MIRROR_TABLES: 'off',
      MIRROR_REQUESTS_PER_MINUTE: String(perMinute),
      LOG_LEVEL: 'warn',
    };
    const start = (args: readonly string[]) => measured(process.execPath, [job, ...args], { env });
    await seed(client, mirrors, () => start(['--dataset', 'owner-0/set-0']));
    await fake.forget();
    const queued = await start(['--enqueue', '--run', RUN]);
    say(`${mirrors} mirrors are queued in ${queued.seconds.toFixed(1)} s, ${queued.peakMib} MiB at most`);
    const [postmaster] = (await readFile(join(postgres, 'cluster/postmaster.pid'), 'utf8')).split('\n');
    const used = () => childrenTime(Number(postmaster));
    const before = await used();
    const processes = await Promise.all(Array.from({ length: options.workers }, () => start(['--run', RUN])));
    const endedAt = Date.now();
    const postgresSeconds = ((await used()) - before) / 1e6;
    tell(processes, postgresSeconds, options);
    await confirm(client, { seen: await fake.requests(), endedAt }, options);
  } finally {
    await fake.stop();
    await client.end();
  }
}

/** Each has its number from a file, so that it stays the same dataset. */
async function offer(root: string, mirrors: number): Promise<void> {
  const indexes = Array.from({ length: mirrors }, (_, index) => index).values();
  const write = async () => {
    for (const index of indexes) {
      const { owner, slug } = refOf(index);
      const folder = join(root, owner, slug);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'dataset-metadata.json'), `{"id_no":${index + 1}}`);
      await writeFile(join(folder, '1.zip'), '');
      await utimes(join(folder, '1.zip'), MADE, MADE);
    }
  };
  await Promise.all(Array.from({ length: 8 }, write));
}

/** As an earlier night left them: each with the version that Kaggle has, and what `check` was told of the first. */
async function seed(client: pg.Client, mirrors: number, check: () => Promise<unknown>): Promise<void> {
  await client.query("SET session_replication_role = 'replica'");
  await client.query(
    `INSERT INTO mirrors (owner, slug, state, version, upstream_version, upstream_id, checked_at)
     SELECT 'owner-' || i % ${OWNERS}, 'set-' || i, 'ready', 1, 1, i + 1, now() - interval '1 day'
     FROM generate_series(0, $1::int - 1) i`,
    [mirrors],
  );
  await client.query(`INSERT INTO datasets (name, source_url, mirror_ref)
    SELECT ref, 'https://www.kaggle.com/datasets/' || ref, ref FROM mirrors`);
  await client.query(
    `INSERT INTO versions (mirror_id, number, total_bytes, file_count, tree_sha256, tables_found_by, tables_ended_at)
     SELECT id, 1, id, 1, sha256(ref::bytea), $1, now() FROM mirrors`,
    [CONVERTER],
  );
  await client.query(`INSERT INTO version_metadata (version_id, description) SELECT id, '{}' FROM versions`);
  await check();
  await client.query(`INSERT INTO mirror_metadata (mirror_id, description, received)
    SELECT mirrors.id, replace(replace(description::text, 'owner-0', owner), 'set-0', slug)::jsonb, received
    FROM mirror_metadata JOIN mirrors ON mirrors.id <> mirror_id`);
  await client.query(`UPDATE mirrors SET licence = first.licence, upstream_updated_at = first.upstream_updated_at
    FROM mirrors AS first WHERE first.ref = 'owner-0/set-0'`);
  await client.query('SET session_replication_role = DEFAULT');
  await client.query('VACUUM ANALYZE');
}

function tell(processes: readonly Measure[], postgresSeconds: number, { mirrors, perMinute }: Options): void {
  const seconds = Math.max(...processes.map((one) => one.seconds));
  const each = (text: (one: Measure) => string) => processes.map(text).join(', ');
  say(
    `${processes.length} processes checked them in ${seconds.toFixed(0)} s, ${((mirrors * 60) / seconds).toFixed(0)} a minute of ${perMinute}; load average ${loadavg()[0]?.toFixed(1)}`,
  );
  say(
    `processor of each: ${each(({ cpuSeconds }) => cpuSeconds.toFixed(0))} s; memory at most: ${each(({ peakMib }) => String(peakMib))} MiB`,
  );
  say(
    `processor of PostgreSQL: ${postgresSeconds.toFixed(0)} s, ${((postgresSeconds * 1_000) / mirrors).toFixed(2)} ms for a mirror`,
  );
}

/** @throws when a mirror was checked twice or not at all, or faster than the pace */
async function confirm(
  client: pg.Client,
  { seen, endedAt }: { seen: readonly { on: string; ref: string; at: number }[]; endedAt: number },
  { mirrors, perMinute }: Options,
): Promise<void> {
  const checks = seen.filter(({ on }) => on === 'GetDataset');
  const refs = new Set(checks.map(({ ref }) => ref));
  const least = ((mirrors - 1) * 60) / perMinute;
  const last = checks.at(-1)?.at ?? 0;
  const took = (last - (checks[0]?.at ?? 0)) / 1_000;
  const { rows } = await client.query(
    `SELECT state, attempts, count(*)::int FROM run_syncs JOIN syncs ON syncs.id = sync_id
     WHERE run_id = $1 GROUP BY state, attempts`,
    [RUN],
  );
  say(
    `${seen.length} requests, ${checks.length - refs.size} datasets checked twice, ${mirrors - refs.size} not at all; from the first to the last ${took.toFixed(1)} s, at that pace at least ${least.toFixed(1)} s; from the last one to the end of all processes, with the sweep, ${((endedAt - last) / 1_000).toFixed(1)} s`,
  );
  say(
    `syncs: ${rows.map(({ state, attempts, count }) => `${count} ${state} at attempt ${attempts}`).join(', ')}`,
  );
  // What a request takes on its way.
  if (checks.length !== mirrors || refs.size !== mirrors || took < least - 1)
    throw new Error('the run did not check each mirror once, or was faster than its pace');
}

function say(line: string): void {
  process.stdout.write(`workers: ${line}\n`);
}
