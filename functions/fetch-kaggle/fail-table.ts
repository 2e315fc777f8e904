import type { StoredProblem } from '#shared/data/mirror-state.ts';
import { dropTable, failTable, retryTable, returnTable, type TableClaim } from '#shared/data/table-queue.ts';
import { PROBLEMS, type ProblemSlug } from '#shared/http/problems.ts';
import { type TableFailure, toTableError } from '#shared/tables/convert/table-error.ts';
import { CONVERTER } from '#shared/tables/converter.ts';
import { EngineDeath } from '#shared/tables/run-engine.ts';
import { LeaseLostError } from './lease.ts';
import type { Run } from './run.ts';
import type { TableOutcome } from './run-report.ts';

/** Bytes: the engine's own 256 MB and what a process has beside them; beyond it the file is too much. */
export const CONVERSION_MEMORY = 640 * 1024 * 1024;
/** Deaths of the process that may be chance. */
const ATTEMPTS = 3;

const SLUGS: Record<Exclude<TableFailure, 'not-a-table'>, ProblemSlug> = {
  unreadable: 'table-unreadable',
  'too-large': 'table-too-large',
  'no-space': 'no-space',
};

/** Records why a file is no table, or none yet. */
export async function fail(
  { db, log }: Run,
  claim: TableClaim,
  failure: TableFailure,
  detail: string,
): Promise<TableOutcome> {
  if (failure === 'not-a-table') {
    await dropTable(db, claim);
    return 'not a table';
  }
  const { ref, version, name } = claim;
  log.warn({ ref, version, table: name, reason: detail }, 'a file did not become a table');
  await failTable(db, claim, problemOf(SLUGS[failure], detail), CONVERTER);
  return 'failed';
}

function problemOf(slug: ProblemSlug, detail: string): StoredProblem {
  const [status, title] = PROBLEMS[slug];
  return { type: `/problems/${slug}`, title, status, detail };
}

/** Records what a conversion that threw comes to. */
export async function giveUp(run: Run, claim: TableClaim, error: unknown): Promise<TableOutcome> {
  if (error instanceof LeaseLostError) return 'lost';
  if (run.signal.aborted) {
    await returnTable(run.db, claim).catch(() => {});
    return 'interrupted';
  }
  if (error instanceof EngineDeath) return buried(run, claim, error);
  const known = toTableError(error);
  if (known.failure === 'no-space') return fail(run, claim, 'no-space', known.message);
  run.log.error({ err: error, ref: claim.ref, table: claim.name }, 'a conversion failed unexpectedly');
  return retryOrFail(run, claim, 'The cause is in the log of the job.');
}

function buried(
  run: Run,
  claim: TableClaim,
  { cause_of_death, message }: EngineDeath,
): Promise<TableOutcome> {
  if (cause_of_death === 'time')
    return fail(
      run,
      claim,
      'too-large',
      `The conversion took more than ${run.config.MIRROR_TABLES_MAX_SECONDS} seconds.`,
    );
  if (cause_of_death === 'memory')
    return fail(
      run,
      claim,
      'too-large',
      `The conversion took more than ${CONVERSION_MEMORY} bytes of memory.`,
    );
  run.log.warn({ ref: claim.ref, table: claim.name, reason: message }, 'a conversion died');
  return retryOrFail(run, claim, 'The conversion died several times.');
}

async function retryOrFail(run: Run, claim: TableClaim, detail: string): Promise<TableOutcome> {
  if (claim.attempts >= ATTEMPTS) return fail(run, claim, 'unreadable', detail);
  await retryTable(run.db, claim);
  return 'again';
}
