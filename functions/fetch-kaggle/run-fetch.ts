import { access, constants, mkdir } from 'node:fs/promises';
import type { JobConfig } from '#shared/config/job-config.ts';
import { createDatabase } from '#shared/data/database.ts';
import type { Scope } from '#shared/data/due-mirrors.ts';
import { kagglePace } from '#shared/data/kaggle-pace.ts';
import { createListener } from '#shared/data/listen.ts';
import { migrationsPending } from '#shared/data/migrations.ts';
import { patient } from '#shared/data/patience.ts';
import { listActive, listEnded, queueDue } from '#shared/data/sync-queue.ts';
import { createKaggle } from '#shared/kaggle/client.ts';
import { parseRef } from '#shared/kaggle/ref.ts';
import { observeState } from '#shared/mirror/observe-state.ts';
import { trashFolder } from '#shared/storage/layout.ts';
import { VolumeError } from '#shared/storage/storage-errors.ts';
import type { Logger } from '#shared/telemetry/logger.ts';
import { inSpan } from '#shared/telemetry/spans.ts';
import type { Telemetry } from '#shared/telemetry/telemetry.ts';
import { convertBacklog, convertMeanwhile, convertTables } from './convert-tables.ts';
import { deliverChanges, watchChanges } from './deliver-changes.ts';
import type { Options } from './options.ts';
import { registerDatasets } from './register.ts';
import type { Run } from './run.ts';
import { createReport } from './run-report.ts';
import { enqueue, takePart } from './shared-run.ts';
import { sweep } from './sweep.ts';
import { createThrottle } from './throttle.ts';
import { verifyVolume } from './verify-volume.ts';
import { takeOver, workOff } from './worker.ts';

interface Environment {
  config: JobConfig;
  log: Logger;
  /** Where to draw progress; null: log lines. */
  terminal: NodeJS.WriteStream | null;
  /** Stops the run; what is in work goes back to the queue. */
  signal: AbortSignal;
  telemetry?: Pick<Telemetry, 'flush'>;
  /** Also the samples, which the base then has to know. */
  withSamples?: boolean;
}

const POLL = 5_000;

/**
 * One run of the job.
 * @returns the process's status: 0 all fine, 1 some dataset failed, 3 stopped before the end of its part in a run of several
 * @throws when the database or the volume cannot be used at all
 */
export async function runFetch(options: Options, environment: Environment): Promise<0 | 1 | 3> {
  const { config, log, terminal, signal, telemetry, withSamples = false } = environment;
  const start = performance.now();
  await openVolume(config.KAGGLE_DATA_ROOT);
  const db = await createDatabase({
    url: config.DATABASE_URL,
    name: 'fetch-kaggle',
    // Tables are converted one at a time, while the syncs run.
    poolSize: config.MIRROR_CONCURRENCY + 3,
    statementTimeout: 600_000,
    validateRows: config.VALIDATE_ROWS,
  });
  const waiting = patient(db, signal);
  const kaggle = createKaggle({
    base: config.KAGGLE_BASE_URL,
    downloadHosts: config.KAGGLE_DOWNLOAD_HOSTS,
    credentials: { token: config.KAGGLE_API_TOKEN, username: config.KAGGLE_USERNAME, key: config.KAGGLE_KEY },
    requestsPerMinute: config.MIRROR_REQUESTS_PER_MINUTE,
    pace: kagglePace(waiting),
    idleTimeout: config.MIRROR_IDLE_TIMEOUT,
  });
  const state = observeState(db, config.KAGGLE_DATA_ROOT);
  const report = createReport(log, terminal);
  const throttle = createThrottle(config.MIRROR_MAX_BYTES_PER_SECOND ?? null);
  const run: Run = { config, db: waiting, kaggle, throttle, report, log, signal, withSamples };
  try {
    if (await migrationsPending(db)) throw new Error('migrations are missing in this database');
    await registerDatasets(run, [...config.MIRROR_DATASETS, ...options.datasets]);
    const work = () => (options.mode === 'run' ? takePart(run, options.run) : runMode(run, options));
    // Who watches has no end, and each sync is a trace of its own.
    const status = await (options.mode === 'watch' ? work() : inSpan(`run ${options.mode}`, {}, work));
    if (options.mode !== 'watch') await deliverChanges(run);
    report.run({ ...kaggle.counters, seconds: (performance.now() - start) / 1_000 });
    return status;
  } finally {
    // The last word on how mirrors are, while the database can be asked.
    state.forget();
    await telemetry?.flush();
    state.stop();
    await Promise.allSettled([kaggle.close(), db.end()]);
  }
}

/** Made when absent: a fresh claim is an empty folder. A read-only one is noticed here and not after a download. */
async function openVolume(root: string): Promise<void> {
  try {
    await mkdir(trashFolder(root), { recursive: true });
    await access(trashFolder(root), constants.W_OK);
  } catch (cause) {
    throw new VolumeError(
      'unusable',
      `the volume cannot be written (${(cause as NodeJS.ErrnoException).code})`,
      {
        cause,
      },
    );
  }
}

async function runMode(run: Run, options: Options): Promise<0 | 1> {
  await actFor(run, options);
  const { failed, interrupted } = run.report.totals;
  // What failed while it watched was told then; being stopped is how watching ends.
  if (options.mode === 'watch') return 0;
  // What a queue gave, it has again.
  return failed > 0 || (interrupted > 0 && options.mode !== 'queued') ? 1 : 0;
}

async function actFor(run: Run, options: Options): Promise<void> {
  const { datasets } = options;
  const refs = datasets.length === 0 ? null : datasets.flatMap((text) => parseRef(text)?.ref ?? []);
  switch (options.mode) {
    case 'due': {
      await queueDue(run.db, { refs });
      await convertMeanwhile(run, (both) => workOffWithOthers(both, { refs }));
      if (refs !== null) return;
      await convertBacklog(run, run.config.MIRROR_TABLES_BACKLOG_SECONDS);
      return sweep(run);
    }
    case 'enqueue':
      return enqueue(run, options.run);
    case 'queued':
      return convertMeanwhile(run, (both) => workOff(both, { refs: null }));
    case 'watch':
      return deliverMeanwhile(run, () => convertMeanwhile(run, watch));
    case 'tables':
      await convertTables(run);
      return convertBacklog(run, Number.POSITIVE_INFINITY);
    case 'verify': {
      const damaged = await verifyVolume(run, refs);
      if (damaged.length > 0) await workOffWithOthers(run, { refs: damaged });
      await convertTables(run);
      return;
    }
    case 'sweep':
      return sweep(run);
  }
}

/** Ends when the queue's syncs have, whoever had them. */
async function workOffWithOthers(run: Run, scope: Scope): Promise<void> {
  const active = await listActive(run.db, scope);
  await workOff(run, scope);
  await takeOver(run, scope);
  await reportOthers(
    run,
    active.map(({ id }) => id),
  );
}

/** A worker that watches the queue may have been faster: what it did of this run is this run's outcome too. */
async function reportOthers({ db, report }: Run, ids: readonly number[]): Promise<void> {
  for (const { ref, state, reason } of await listEnded(db, ids)) {
    if (report.refs.has(ref)) continue;
    if (state === 'failed') report.dataset(ref, { kind: 'failed', versions: [], reason: reason ?? state }, 0);
    else report.dataset(ref, { kind: 'done elsewhere', versions: [] }, 0);
  }
}

/** Changes are delivered next to the work, as long as that goes on. */
async function deliverMeanwhile(run: Run, work: () => Promise<void>): Promise<void> {
  const over = new AbortController();
  const delivering = watchChanges({ ...run, signal: AbortSignal.any([run.signal, over.signal]) });
  try {
    await work();
  } finally {
    over.abort();
    await delivering;
  }
}

async function watch(run: Run): Promise<void> {
  const listener = createListener(run.config.DATABASE_URL, 'syncs');
  try {
    while (!run.signal.aborted) {
      await workOff(run, { refs: null });
      await listener.next(POLL, run.signal);
    }
  } finally {
    await listener.close();
  }
}
