import { findVersion } from '#shared/data/versions.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { datasetHead } from '#web/dataset-head.ts';
import { pageFunction } from '#web/page-function.ts';

export const showDataset = pageFunction({
  name: 'show-dataset',
  path: '/datasets/:id',
  summary: 'What a dataset is about',
  params: DatasetParams,
  async render(context) {
    const head = await datasetHead(context);
    const { ref, version } = head.card ?? {};
    const row = ref && version ? await findVersion(context.db, ref, version) : null;
    const { overviewPage } = await import('#web/pages/overview.ts');
    return overviewPage(head, row);
  },
});
