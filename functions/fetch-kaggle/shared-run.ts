import { setTimeout as sleep } from 'node:timers/promises';
import { claimSweep, finishRun, queueRun, summarizeRun } from '#shared/data/runs.ts';
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

/** A worker's part in such a run: it ends when the run's syncs have, here and elsewhere. One of the workers sweeps. */
export async function takePart(run: Run, id: string): Promise<void> {
  if (await queueRun(run.db, id)) await tellQueued(run, id);
  await convertMeanwhile(run, (both) => drain(both, id));
  if (run.signal.aborted || !(await claimSweep(run.db, id))) return;
  await convertBacklog(run, run.config.MIRROR_TABLES_BACKLOG_SECONDS);
  await sweep(run);
}

/** Waits for what others hold: it comes back when they die. */
async function drain(run: Run, id: string): Promise<void> {
  while (!run.signal.aborted) {
    await workOff(run, { refs: null, run: id });
    if ((await summarizeRun(run.db, id)).active === 0) return;
    await sleep(POLL, undefined, { signal: run.signal }).catch(() => {});
  }
}

/** The status of a worker: of the whole run for one of them, and 0 for the others. 3: stopped, so that another has to go on. */
export async function endPart({ db, report }: Run, id: string): Promise<0 | 1 | 3> {
  const summary = await summarizeRun(db, id);
  if (summary.active > 0) return 3;
  if (!(await finishRun(db, id))) return 0;
  report.whole(id, summary);
  return summary.failed > 0 ? 1 : 0;
}
