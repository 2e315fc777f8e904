import { allFiles } from '#shared/data/files.ts';
import { createListener } from '#shared/data/listen.ts';
import { versionsWithoutTables } from '#shared/data/table-plan.ts';
import { claimTable } from '#shared/data/table-queue.ts';
import { noteTablesEnded } from '#shared/data/tables-ended.ts';
import { type ConversionProcess, createConversionProcess } from '#shared/tables/conversion-process.ts';
import { CONVERTER } from '#shared/tables/converter.ts';
import { findTables } from '#shared/tables/find-tables.ts';
import { convertTable } from './convert-table.ts';
import { CONVERSION_MEMORY } from './fail-table.ts';
import type { Run } from './run.ts';

/** Milliseconds until it looks for tables that another job left. */
const POLL = 5_000;

/** Converts what waits, one table at a time, until none does. */
export async function convertTables(run: Run): Promise<number> {
  const { config } = run;
  if (!config.MIRROR_TABLES) return 0;
  const limits = { seconds: config.MIRROR_TABLES_MAX_SECONDS, bytes: CONVERSION_MEMORY };
  const process = createConversionProcess(limits);
  try {
    return await convertWaiting(run, process);
  } finally {
    await process.close();
  }
}

async function convertWaiting(run: Run, process: ConversionProcess): Promise<number> {
  const { db, config, report, signal } = run;
  for (let count = 0; ; count++) {
    if (signal.aborted) return count;
    const claim = await claimTable(db, config.MIRROR_LEASE_SECONDS);
    if (claim === null) {
      // Those without any table, and those whose last one ended just before a run was killed.
      await noteTablesEnded(db, null);
      return count;
    }
    const start = performance.now();
    const outcome = await convertTable(run, claim, process);
    await noteTablesEnded(db, claim.version_id);
    report.table(claim, outcome, (performance.now() - start) / 1_000);
  }
}

/** Converts next to the syncs, which do not wait for it, until they are done and nothing waits. Of the two, one that throws stops the other. */
export async function convertMeanwhile(run: Run, syncs: (run: Run) => Promise<unknown>): Promise<void> {
  if (!run.config.MIRROR_TABLES) return void (await syncs(run));
  const broken = new AbortController();
  const both = { ...run, signal: AbortSignal.any([run.signal, broken.signal]) };
  const synced = new AbortController();
  const idle = AbortSignal.any([both.signal, synced.signal]);
  const listener = createListener(run.config.DATABASE_URL, 'tables');
  const converting = async () => {
    while (!idle.aborted) {
      await convertTables(both);
      await listener.next(POLL, idle);
    }
    await convertTables(both);
  };
  const stop = (error: unknown) => broken.abort(error);
  try {
    await Promise.allSettled([
      syncs(both)
        .catch(stop)
        .finally(() => synced.abort()),
      converting().catch(stop),
    ]);
    broken.signal.throwIfAborted();
  } finally {
    await listener.close();
  }
}

/** Versions of earlier releases become tables too, newest first, as many as `seconds` are enough for. */
export async function convertBacklog(run: Run, seconds: number): Promise<void> {
  const { db, config, signal } = run;
  if (!config.MIRROR_TABLES) return;
  const end = performance.now() + seconds * 1_000;
  for (;;) {
    const versions = await versionsWithoutTables(db, CONVERTER);
    for (const { id } of versions) {
      if (signal.aborted || performance.now() > end) return;
      const files = await allFiles(db, id);
      await db.transaction((tx) => findTables(tx, id, files));
      await convertTables(run);
    }
    if (versions.length === 0) return;
  }
}
