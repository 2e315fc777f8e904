import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { type ChangeCounts, countChanges } from '#shared/data/file-changes.ts';
import { listVersions, type VersionRow } from '#shared/data/versions.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { mirroredDataset } from '#shared/mirror/find-version.ts';
import { VersionNumber } from '#shared/mirror/version-params.ts';
import { address } from '#web/addresses.ts';
import { datasetHead } from '#web/dataset-head.ts';
import { pageFunction } from '#web/page-function.ts';

const PAGE = 50;
/** Files that are compared for a page: of a version with more, the comparison is a page of its own. */
const COMPARED = 50_000;

export const showVersions = pageFunction({
  name: 'show-versions',
  path: '/datasets/:id/versions',
  summary: 'The versions of a dataset',
  params: DatasetParams,
  query: z.strictObject({ before: VersionNumber.optional() }),
  async render(context) {
    const head = await datasetHead(context);
    const { mirror_ref } = await mirroredDataset(context.db, head.dataset.id);
    const before = context.query.before ?? null;
    const rows = await listVersions(context.db, mirror_ref, { before, limit: PAGE + 1 });
    const last = rows.length > PAGE ? rows[PAGE - 1] : undefined;
    const { versionsPage } = await import('#web/pages/versions.ts');
    return versionsPage(head, {
      rows,
      shown: PAGE,
      changes: await changesOf(context.db, rows),
      next: last ? address(context.path, { before: last.version }) : null,
    });
  },
});

/** By version, how its files differ from those of the one before it that is here. */
async function changesOf(
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
