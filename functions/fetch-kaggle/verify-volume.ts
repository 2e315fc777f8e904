import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { allFiles, eachFile } from '#shared/data/files.ts';
import { allMirrors } from '#shared/data/mirrors.ts';
import { queueDue } from '#shared/data/sync-queue.ts';
import { readyTables, redoTable } from '#shared/data/table-plan.ts';
import { hasSums, recordSums } from '#shared/data/version-sums.ts';
import { heldVersions, markVerified } from '#shared/data/versions.ts';
import { sumArchive } from '#shared/storage/archive/sum-archive.ts';
import { tableFile, type VersionRef, versionDir } from '#shared/storage/layout.ts';
import { treeSha256 } from '#shared/storage/manifest.ts';
import type { Run } from './run.ts';

/** Reads every file on the volume again; versions that are not what was recorded are queued to be fetched anew. */
export async function verifyVolume(run: Run, refs: readonly string[] | null): Promise<string[]> {
  const { db, config, log } = run;
  const damaged = new Set<string>();
  for await (const { id, owner, slug, ref } of allMirrors(db)) {
    if (refs !== null && !refs.includes(ref)) continue;
    for (const row of await heldVersions(db, id, config.MIRROR_DELETE_GRACE_HOURS)) {
      if (row.state !== 'ready') continue;
      const folder = versionDir(config.KAGGLE_DATA_ROOT, { owner, slug, version: row.version });
      const wrong = await firstWrongFile(run, row.id, folder);
      await markVerified(db, row.id, wrong !== null);
      if (wrong === null && !(await hasSums(db, row.id))) await addSums(run, row.id, folder);
      await verifyTables(run, row.id, { owner, slug, version: row.version });
      if (wrong === null) continue;
      damaged.add(ref);
      log.warn({ ref, version: row.version, path: wrong }, 'a file differs from its recorded checksum');
    }
  }
  if (damaged.size > 0) await queueDue(db, { refs: [...damaged] });
  return [...damaged];
}

/** Of a version that was mirrored before sums were kept: its files are as they were recorded. */
async function addSums({ db, signal }: Run, versionId: number, folder: string): Promise<void> {
  const files = await allFiles(db, versionId);
  const sums = await sumArchive(folder, files, signal);
  await recordSums(db, versionId, {
    tree: treeSha256(files),
    archive: sums.archive,
    files: files.map(({ path }, index) => ({ path, md5: sums.files[index] ?? null })),
  });
}

async function firstWrongFile(
  { db, signal }: Run,
  versionId: number,
  folder: string,
): Promise<string | null> {
  for await (const { path, sha256 } of eachFile(db, versionId)) {
    signal.throwIfAborted();
    if ((await sha256Of(join(folder, path))) !== sha256) return path;
  }
  return null;
}

/** Tables that are damaged or gone are made again from their files. */
async function verifyTables(
  { db, config, log, signal }: Run,
  versionId: number,
  ref: VersionRef,
): Promise<void> {
  for (const { id, name, sha256 } of await readyTables(db, versionId)) {
    signal.throwIfAborted();
    if ((await sha256Of(tableFile(config.KAGGLE_DATA_ROOT, ref, name))) === sha256) continue;
    log.warn({ ...ref, table: name }, 'a table is not what was recorded');
    await redoTable(db, id);
  }
}

async function sha256Of(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
    return hash.digest('hex');
  } catch {
    return null;
  }
}
