import type { CommonQueryMethods } from 'slonik';
import { type FileRow, replaceFiles } from './files.ts';
import { lockMirrors } from './mirrors.ts';
import { type Claim, extendLease, type Holding } from './sync-queue.ts';
import { type NewVersion, noteReady, refreshNewest, upsertVersion } from './versions.ts';

class ClaimLost extends Error {}

interface Recorded {
  holding: Holding;
  version: NewVersion;
  files: readonly FileRow[];
  /** What else is entered with the version, in the same transaction. */
  also(tx: CommonQueryMethods, versionId: number): Promise<void>;
}

/** Enters a published version and its files under a claim; false, and nothing is written, when it is not ours any more. */
export async function recordVersion(
  db: CommonQueryMethods,
  claim: Claim,
  { holding, version, files, also }: Recorded,
): Promise<boolean> {
  try {
    await db.transaction(async (tx) => {
      // Many files take seconds, in which no one is to wait for the mirror.
      const { id, fresh } = await upsertVersion(tx, version);
      await replaceFiles(tx, id, files);
      await also(tx, id);
      await lockMirrors(tx, [claim.ref]);
      // Locks the sync: no one takes it over before this is done.
      if (!(await extendLease(tx, claim, holding, id))) throw new ClaimLost();
      await refreshNewest(tx, version.mirrorId);
      if (fresh) await noteReady(tx, id);
    });
    return true;
  } catch (error) {
    if (error instanceof ClaimLost) return false;
    throw error;
  }
}
