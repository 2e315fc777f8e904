import { setTimeout as sleep } from 'node:timers/promises';
import { allFiles } from '#shared/data/files.ts';
import { versionsWithoutTables } from '#shared/data/table-plan.ts';
import { claimTable } from '#shared/data/table-queue.ts';
import { CONVERTER } from '#shared/tables/converter.ts';
import { findTables } from '#shared/tables/find-tables.ts';
import { convertTable } from './convert-table.ts';
import type { Run } from './run.ts';

const POLL = 500;

/** Converts what waits, one table at a time, until none does. */
export async function convertTables(run: Run): Promise<number> {
  const { db, config, report, signal } = run;
  if (!config.MIRROR_TABLES) return 0;
  for (let count = 0; ; count++) {
    if (signal.aborted) return count;
    const claim = await claimTable(db, config.MIRROR_LEASE_SECONDS);
    if (claim === null) return count;
    const start = performance.now();
    const outcome = await convertTable(run, claim);
    report.table(claim, outcome, (performance.now() - start) / 1_000);
  }
}

/** Converts beside the syncs, which do not wait for it: until they are done and nothing waits any more. */
export async function convertMeanwhile<Value>(run: Run, syncs: () => Promise<Value>): Promise<Value> {
  let done = false;
  const working = syncs().finally(() => {
    done = true;
  });
  const converting = async () => {
    while (!done && !run.signal.aborted) {
      await convertTables(run);
      await sleep(POLL, undefined, { signal: run.signal }).catch(() => {});
    }
    await convertTables(run);
  };
  const [value] = await Promise.all([working, converting()]);
  return value;
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
