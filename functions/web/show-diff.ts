import * as z from 'zod';
import { text } from '#shared/http/text.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { VersionNumber } from '#shared/mirror/version-params.ts';
import { datasetHead } from '#web/dataset-head.ts';
import { pageFunction } from '#web/page-function.ts';
import { chosen } from '#web/version-query.ts';

export const showDiff = pageFunction({
  name: 'show-diff',
  path: '/datasets/:id/diff',
  summary: 'The files that differ between two versions',
  params: DatasetParams,
  query: z.strictObject({
    from: chosen(VersionNumber),
    to: chosen(VersionNumber),
    after: text(4_096).default(''),
  }),
  async render(context) {
    const head = await datasetHead(context);
    const { readDiff } = await import('#web/diff-content.ts');
    const { diffPage } = await import('#web/pages/diff.ts');
    return diffPage(head, await readDiff(context, context.query));
  },
});
