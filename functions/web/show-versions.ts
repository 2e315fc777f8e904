import * as z from 'zod';
import { listVersions } from '#shared/data/versions.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { mirroredDataset } from '#shared/mirror/find-version.ts';
import { VersionNumber } from '#shared/mirror/version-params.ts';
import { address } from '#web/addresses.ts';
import { datasetHead } from '#web/dataset-head.ts';
import { pageFunction } from '#web/page-function.ts';

const PAGE = 50;

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
    const { changesOf } = await import('#web/version-changes.ts');
    const { versionsPage } = await import('#web/pages/versions.ts');
    return versionsPage(head, {
      rows,
      shown: PAGE,
      changes: await changesOf(context.db, rows),
      next: last ? address(context.path, { before: last.version }) : null,
    });
  },
});
