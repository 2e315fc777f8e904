import * as z from 'zod';
import { listSyncs } from '#shared/data/syncs.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { mirroredDataset } from '#shared/mirror/find-version.ts';
import { address } from '#web/addresses.ts';
import { datasetHead } from '#web/dataset-head.ts';
import { pageFunction } from '#web/page-function.ts';

const PAGE = 50;

export const showSyncs = pageFunction({
  name: 'show-syncs',
  path: '/datasets/:id/syncs',
  summary: 'The syncs of a dataset',
  params: DatasetParams,
  query: z.strictObject({ before: DatasetParams.shape.id.optional() }),
  async render(context) {
    const head = await datasetHead(context);
    const { id: datasetId } = await mirroredDataset(context.db, head.dataset.id);
    const before = context.query.before ?? null;
    const found = await listSyncs(context.db, { datasetId, state: null, before, limit: PAGE + 1 });
    const syncs = found.slice(0, PAGE);
    const last = found.length > PAGE ? syncs.at(-1) : undefined;
    const { syncsPage } = await import('#web/pages/syncs.ts');
    return syncsPage(head, { syncs, next: last ? address(context.path, { before: last.id }) : null });
  },
});
