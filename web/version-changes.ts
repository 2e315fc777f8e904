import type { CommonQueryMethods } from 'slonik';
import { type ChangeCounts, countChanges } from '#shared/data/file-changes.ts';
import type { VersionRow } from '#shared/data/versions.ts';

/** Files that are compared for a page: of a version with more, the comparison is a page of its own. */
const COMPARED = 50_000;

/** By version, how its files differ from those of the one before it that is here. */
export async function changesOf(
  db: CommonQueryMethods,
  rows: readonly VersionRow[],
): Promise<ReadonlyMap<number, ChangeCounts>> {
  const ready = rows.filter(({ state }) => state === 'ready');
  const changes = new Map<number, ChangeCounts>();
  let files = 0;
  for (const [index, row] of ready.entries()) {
    const before = ready[index + 1];
    files += row.file_count + (before?.file_count ?? 0);
    if (before === undefined || files > COMPARED) break;
    changes.set(row.version, await countChanges(db, before.id, row.id));
  }
  return changes;
}
