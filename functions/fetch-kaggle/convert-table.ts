import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StoredProblem } from '#shared/data/mirror-state.ts';
import {
  dropTable,
  failTable,
  finishTable,
  retryTable,
  returnTable,
  type TableClaim,
} from '#shared/data/table-queue.ts';
import { PROBLEMS, type ProblemSlug } from '#shared/http/problems.ts';
import { makeFolder, syncPath } from '#shared/storage/durable.ts';
import { freeBytes } from '#shared/storage/free-space.ts';
import { conversionsFolder, tableFile, versionDir } from '#shared/storage/layout.ts';
import type { ConvertReply, ConvertTask } from '#shared/tables/convert/convert-task.ts';
import { type TableFailure, toTableError } from '#shared/tables/convert/table-error.ts';
import { CONVERTER } from '#shared/tables/converter.ts';
import { isUnopened, splitTable } from '#shared/tables/find-tables.ts';
import { hasDelimiter } from '#shared/tables/has-delimiter.ts';
import { EngineDeath, runEngine } from '#shared/tables/run-engine.ts';
import { tableFormatOf } from '#shared/tables/table-format.ts';
import { LeaseLostError } from './lease.ts';
import type { Run } from './run.ts';
import type { TableOutcome } from './run-report.ts';
import { holdTableLease } from './table-lease.ts';

/** The engine's own 256 MB and what a process has beside them; beyond it the file is too much. */
const MEMORY = 640 * 1024 * 1024;
/** Deaths of the process that may be chance. */
const ATTEMPTS = 3;

const SLUGS: Record<Exclude<TableFailure, 'not-a-table'>, ProblemSlug> = {
  unreadable: 'table-unreadable',
  'too-large': 'table-too-large',
  'no-space': 'no-space',
};

/** Makes a table of what was claimed, or finds out what tables the file has. Every end is recorded, none is thrown. */
export async function convertTable(run: Run, claim: TableClaim): Promise<TableOutcome> {
  const lease = holdTableLease(run, claim);
  const conversions = conversionsFolder(run.config.KAGGLE_DATA_ROOT);
  const folder = join(conversions, `${claim.id}.${claim.fence}`);
  try {
    if (await isProse(run, claim)) return await fail(run, claim, 'not-a-table', 'The text has no columns.');
    await mkdir(folder, { recursive: true });
    await clearEarlier(conversions, claim);
    return await convert(run, claim, lease, folder);
  } catch (error) {
    return await giveUp(run, claim, error);
  } finally {
    lease.release();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Some datasets have a hundred thousand texts, and no table among them: none of these needs a process. */
async function isProse({ config }: Run, claim: TableClaim): Promise<boolean> {
  const { format, path } = claim;
  if (format !== 'txt' || tableFormatOf(path)?.gzip) return false;
  return !(await hasDelimiter(join(versionDir(config.KAGGLE_DATA_ROOT, claim), path)));
}

async function convert(
  run: Run,
  claim: TableClaim,
  lease: ReturnType<typeof holdTableLease>,
  scratch: string,
): Promise<TableOutcome> {
  const { db, config } = run;
  const root = config.KAGGLE_DATA_ROOT;
  const maxBytes = config.MIRROR_TABLES_MAX_BYTES;
  if (claim.source_bytes > maxBytes)
    return fail(
      run,
      claim,
      'too-large',
      `The file has ${claim.source_bytes} bytes; MIRROR_TABLES_MAX_BYTES is ${maxBytes}.`,
    );
  const room = (await freeBytes(root)) - config.MIRROR_MIN_FREE_BYTES;
  if (room < claim.source_bytes)
    return fail(
      run,
      claim,
      'no-space',
      `The volume has ${Math.max(0, room)} bytes left for a file of ${claim.source_bytes}.`,
    );
  const { path, format, part } = claim;
  const file = {
    path: join(versionDir(root, claim), path),
    format,
    gzip: tableFormatOf(path)?.gzip ?? false,
    scratch,
    maxBytes,
  };
  const target = tableFile(root, claim, claim.name);
  await makeFolder(dirname(target));
  await clearLeftovers(target);
  const written = `${target}.${claim.fence}.new`;
  const task: ConvertTask = isUnopened(claim)
    ? { ...file, kind: 'list-parts' }
    : { ...file, kind: 'convert', part, target: written, room };
  try {
    const limits = { seconds: config.MIRROR_TABLES_MAX_SECONDS, bytes: MEMORY };
    const reply = await runEngine<ConvertReply>(task, { limits, signal: lease.signal });
    if ('parts' in reply) {
      await db.transaction((tx) => splitTable(tx, claim.version_id, claim.id, reply.parts));
      return 'opened';
    }
    if ('failure' in reply) return await fail(run, claim, reply.failure, reply.detail);
    await lease.confirm();
    await rename(written, target);
    await syncPath(dirname(target));
    const ours = await finishTable(db, claim, reply.converted, CONVERTER);
    return ours ? 'ready' : 'lost';
  } finally {
    await rm(written, { force: true });
  }
}

/** What earlier holders of this table had in between. */
async function clearEarlier(conversions: string, { id, fence }: TableClaim): Promise<void> {
  for (const name of await readdir(conversions)) {
    const [table, holder = 0] = name.split('.').map(Number);
    if (table === id && holder < fence) await rm(join(conversions, name), { recursive: true, force: true });
  }
}

/** What earlier holders of this table wrote and did not finish. */
async function clearLeftovers(target: string): Promise<void> {
  const folder = dirname(target);
  const name = target.slice(folder.length + 1);
  for (const entry of await readdir(folder))
    if (entry.startsWith(`${name}.`) && entry.endsWith('.new'))
      await rm(join(folder, entry), { force: true });
}

async function fail(
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

async function giveUp(run: Run, claim: TableClaim, error: unknown): Promise<TableOutcome> {
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
    return fail(run, claim, 'too-large', `The conversion took more than ${MEMORY} bytes of memory.`);
  run.log.warn({ ref: claim.ref, table: claim.name, reason: message }, 'a conversion died');
  return retryOrFail(run, claim, 'The conversion died several times.');
}

async function retryOrFail(run: Run, claim: TableClaim, detail: string): Promise<TableOutcome> {
  if (claim.attempts >= ATTEMPTS) return fail(run, claim, 'unreadable', detail);
  await retryTable(run.db, claim);
  return 'again';
}
