import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setMirrorState } from '#shared/data/mirror-state.ts';
import { type ArchiveHash, createArchiveHash, hashFile } from '#shared/storage/archive-hash.ts';
import { ArchiveError } from '#shared/storage/storage-errors.ts';
import { forgetSource, readSource } from './download-state.ts';
import type { VersionTask } from './run.ts';
import { stage } from './stage.ts';

/** Compares what was downloaded with what the storage says of it; `hash` is of what this process wrote. */
export const verify = stage(
  'verify',
  async ({ dir, run, claim, lease }: VersionTask, hash: ArchiveHash | null): Promise<void> => {
    await setMirrorState(run.db, claim, 'verifying');
    const verified = join(dir, 'archive');
    if (await stat(verified).catch(() => null)) return;
    const part = join(dir, 'archive.part');
    const source = await readSource(dir);
    const expected = { md5: source?.md5 ?? null, crc32c: source?.crc32c ?? null };
    const sum = hash ?? (await createArchiveHash(expected));
    if (hash === null) await hashFile(part, sum, lease.signal);
    const { size } = await stat(part);
    const wrong = source?.size !== null && size !== source?.size ? 'length' : sum.mismatch();
    if (wrong !== null) {
      await forgetSource(dir);
      throw new ArchiveError('damaged', `the archive does not have the ${wrong} that its storage declares`);
    }
    await rename(part, verified);
  },
);
