import type { CommonQueryMethods, DatabaseTransactionConnection } from 'slonik';
import { noteChanged } from './changes.ts';
import {
  type DatasetChanges,
  type DatasetRow,
  datasetExists,
  deleteDataset,
  insertDataset,
  type LockedRow,
  lockDataset,
  type RowVersions,
  setMirrorRef,
  updateDataset,
} from './datasets.ts';
import { lockMirrors, lockMirrorsOf, releaseMirror, requestMirror } from './mirrors.ts';

/** An address, and the Kaggle dataset and version it names if it does. */
export interface Source {
  source_url: string | null;
  kaggle: { owner: string; slug: string; ref: string; pinnedVersion: number | null } | null;
}

/** Why nothing was written: there is no such dataset, or not in one of the versions named. */
export type Unwritten = 'missing' | 'changed';

/** Adds a dataset; a Kaggle dataset not mirrored yet gets its first sync queued in the same transaction. */
export function registerDataset(
  db: CommonQueryMethods,
  { source, ...values }: Pick<DatasetRow, 'name' | 'description'> & { source: Source },
): Promise<DatasetRow> {
  const { kaggle } = source;
  // One statement is a transaction by itself.
  if (kaggle === null) return insertDataset(db, { ...values, ...mirrorColumns(source) });
  return db.transaction(async (tx) => {
    await requestMirror(tx, kaggle);
    return insertDataset(tx, { ...values, ...mirrorColumns(source) });
  });
}

/** Changes what is given of a dataset, and moves it from one mirror to another when its source does. */
export async function changeDataset(
  db: CommonQueryMethods,
  id: number,
  { source, ...changes }: Pick<DatasetChanges, 'name' | 'description'> & { source?: Source },
  versions: RowVersions,
): Promise<DatasetRow | Unwritten> {
  if (source === undefined) return (await updateDataset(db, id, changes, versions)) ?? unwritten(db, id);
  const row = await db.transaction(async (tx) => {
    const previous = await lockDataset(tx, id, versions, { to: 'change' });
    if (previous === null) return null;
    const updated = await updateDataset(tx, id, { ...changes, source: mirrorColumns(source) }, versions);
    const moved = updated && (await moveMirror(tx, updated, previous, source));
    if (moved) await noteChanged(tx, 'dataset.updated', [id]);
    return moved;
  });
  return row ?? unwritten(db, id);
}

/** Removes a dataset; the last one of a mirror cancels its sync. Null when it is done. */
export async function removeDataset(
  db: CommonQueryMethods,
  id: number,
  versions: RowVersions,
): Promise<Unwritten | null> {
  const gone = await db.transaction(async (tx) => {
    const row = await lockDataset(tx, id, versions, { to: 'remove' });
    if (row === null) return false;
    await lockMirrorsOf(tx, id);
    await deleteDataset(tx, id);
    if (row.mirror_ref !== null) await releaseMirror(tx, row.mirror_ref);
    return true;
  });
  return gone ? null : unwritten(db, id);
}

async function moveMirror(
  tx: DatabaseTransactionConnection,
  row: DatasetRow,
  previous: LockedRow,
  { kaggle }: Source,
): Promise<DatasetRow> {
  const ref = kaggle?.ref ?? null;
  if (ref === previous.mirror_ref) {
    // Another version of the same dataset may not be here yet.
    if (kaggle && kaggle.pinnedVersion !== previous.pinned_version) await requestMirror(tx, kaggle);
    return row;
  }
  if (kaggle) {
    await requestMirror(tx, kaggle, previous.mirror_ref);
    await setMirrorRef(tx, row.id, kaggle.ref);
  } else if (previous.mirror_ref !== null) await lockMirrors(tx, [previous.mirror_ref]);
  if (previous.mirror_ref !== null) await releaseMirror(tx, previous.mirror_ref);
  return { ...row, mirror_ref: ref };
}

function mirrorColumns({ source_url, kaggle }: Source) {
  return { source_url, mirror_ref: kaggle?.ref ?? null, pinned_version: kaggle?.pinnedVersion ?? null };
}

/** Asked after the transaction: to throw in it would cost its connection. */
async function unwritten(db: CommonQueryMethods, id: number): Promise<Unwritten> {
  return (await datasetExists(db, id)) ? 'changed' : 'missing';
}
