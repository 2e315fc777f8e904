import { findVersion } from '#shared/data/versions.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { mirroredDataset } from '#shared/mirror/find-version.ts';
import { currentMetadata } from '#shared/mirror/metadata.ts';
import { datasetHead } from '#web/dataset-head.ts';
import { pageFunction } from '#web/page-function.ts';

export const showDataset = pageFunction({
  name: 'show-dataset',
  path: '/datasets/:id',
  summary: 'What a dataset is about',
  params: DatasetParams,
  async render(context) {
    const { db } = context;
    const head = await datasetHead(context);
    const { card, dataset } = head;
    const version = card?.version ? await findVersion(db, card.ref, card.version) : null;
    const mirrored = card ? await mirroredDataset(db, dataset.id) : null;
    const metadata = mirrored && (await currentMetadata(db, mirrored));
    const { overviewPage } = await import('#web/pages/overview.ts');
    const { describeVersion, usesOf } = await import('#web/version-uses.ts');
    return overviewPage(head, {
      version,
      metadata,
      uses: mirrored && version ? await usesOf(context, mirrored, version) : [],
      data: mirrored && version && (await describeVersion(context, mirrored, version)),
    });
  },
});
