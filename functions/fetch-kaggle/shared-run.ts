import { setTimeout as sleep } from 'node:timers/promises';
import { claimSweep, finishRun, queueRun, returnSweep, showSweep, summarizeRun } from '#shared/data/runs.ts';
import { convertBacklog, convertMeanwhile } from './convert-tables.ts';
import type { Run } from './run.ts';
import { sweep } from './sweep.ts';
import { workOff } from './worker.ts';

const POLL = 500;

/** Queues the work of a run of several processes. */
export async function enqueue(run: Run, id: string): Promise<void> {
  await queueRun(run.db, id);
  await tellQueued(run, id);
}

async function tellQueued({ db, report, config }: Run, id: string): Promise<void> {
  report.queued(id, await summarizeRun(db, id), config.MIRROR_REQUESTS_PER_MINUTE);
}

/** The status of a worker: of the whole run for one of them, and 0 for the others. 3: stopped, so that another has to go on. */
type Status = 0 | 1 | 3;

/** A worker's part in such a run: it ends when the run's syncs have, here and elsewhere, and one of the workers has swept. */
export async function takePart(run: Run, id: string): Promise<Status> {
  if (await queueRun(run.db, id)) await tellQueued(run, id);
  await convertMeanwhile(run, (both) => drain(both, id));
  while (!run.signal.aborted) {
    const state = await claimSweep(run.db, id, run.config.MIRROR_LEASE_SECONDS);
    if (state === 'over') return 0;
    if (state === 'ours') return sweepFor(run, id);
    await sleep(POLL, undefined, { signal: run.signal }).catch(() => {});
  }
  return 3;
}

/** Waits for what others hold: it comes back when they die. */
async function drain(run: Run, id: string): Promise<void> {
  while (!run.signal.aborted) {
    await workOff(run, { refs: null, run: id });
    if ((await summarizeRun(run.db, id)).active === 0) return;
    await sleep(POLL, undefined, { signal: run.signal }).catch(() => {});
  }
}

/** Sweeps, and tells how the run went. Without a sign of life another worker takes that over. */
async function sweepFor(run: Run, id: string): Promise<Status> {
  const { db, config, report, signal } = run;
  const alive = setInterval(
    () => showSweep(db, id).catch(() => {}),
    (config.MIRROR_LEASE_SECONDS * 1_000) / 3,
  );
  try {
    await convertBacklog(run, config.MIRROR_TABLES_BACKLOG_SECONDS);
    await sweep(run);
  } finally {
    clearInterval(alive);
  }
  if (signal.aborted) {
    await returnSweep(db, id);
    return 3;
  }
  if (!(await finishRun(db, id))) return 0;
  const summary = await summarizeRun(db, id);
  report.whole(id, summary);
  return summary.failed > 0 ? 1 : 0;
}
