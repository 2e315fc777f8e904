import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { reservedBytes } from '#shared/data/reserved-space.ts';
import { finishTable, type TableClaim } from '#shared/data/table-queue.ts';
import { makeFolder, syncPath } from '#shared/storage/durable.ts';
import { freeBytes } from '#shared/storage/free-space.ts';
import { conversionsFolder, tableFile, versionDir } from '#shared/storage/layout.ts';
import type { ConversionProcess } from '#shared/tables/conversion-process.ts';
import type { ConvertTask } from '#shared/tables/convert/convert-task.ts';
import { CONVERTER } from '#shared/tables/converter.ts';
import { isUnopened, splitTable } from '#shared/tables/find-tables.ts';
import { hasDelimiter } from '#shared/tables/has-delimiter.ts';
import { tableFormatOf } from '#shared/tables/table-format.ts';
import { fail, giveUp } from './fail-table.ts';
import type { Run } from './run.ts';
import type { TableOutcome } from './run-report.ts';
import { holdTableLease } from './table-lease.ts';

/** Makes a table of what was claimed, or finds out what tables the file has. Every end is recorded, none is thrown. */
export async function convertTable(
  run: Run,
  claim: TableClaim,
  process: ConversionProcess,
): Promise<TableOutcome> {
  const lease = holdTableLease(run, claim);
  const conversions = conversionsFolder(run.config.KAGGLE_DATA_ROOT);
  const folder = join(conversions, `${claim.id}.${claim.fence}`);
  try {
    if (await isProse(run, claim)) return await fail(run, claim, 'not-a-table', 'The text has no columns.');
    await mkdir(folder, { recursive: true });
    await clearEarlier(conversions, claim);
    return await convert(run, claim, { lease, process, scratch: folder });
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

interface Means {
  lease: ReturnType<typeof holdTableLease>;
  process: ConversionProcess;
  /** A folder of this conversion's own. */
  scratch: string;
}

async function convert(
  run: Run,
  claim: TableClaim,
  { lease, process, scratch }: Means,
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
  const room = (await freeBytes(root)) - (await reservedBytes(db)) - config.MIRROR_MIN_FREE_BYTES;
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
  const written = join(scratch, 'parquet.new');
  const task: ConvertTask = isUnopened(claim)
    ? { ...file, kind: 'list-parts' }
    : { ...file, kind: 'convert', part, target: written, room };
  const { version_id: version, source_bytes: bytes } = claim;
  const reply = await process.convert(task, { version, bytes, signal: lease.signal });
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
}

/** What earlier holders of this table had in between. */
async function clearEarlier(conversions: string, { id, fence }: TableClaim): Promise<void> {
  for (const name of await readdir(conversions)) {
    const [table, holder = 0] = name.split('.').map(Number);
    if (table === id && holder < fence) await rm(join(conversions, name), { recursive: true, force: true });
  }
}
