import { listFiles } from '#shared/data/files.ts';
import { firstReadyTable } from '#shared/data/tables.ts';
import { findVersion, type VersionRow } from '#shared/data/versions.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { mirroredDataset } from '#shared/mirror/find-version.ts';
import { currentMetadata } from '#shared/mirror/metadata.ts';
import { datasetHead } from '#web/dataset-head.ts';
import { pageFunction } from '#web/page-function.ts';
import { useLines } from '#web/use-lines.ts';

export const showDataset = pageFunction({
  name: 'show-dataset',
  path: '/datasets/:id',
  summary: 'What a dataset is about',
  params: DatasetParams,
  async render(context) {
    const { db, tables } = context;
    const head = await datasetHead(context);
    const { card, dataset } = head;
    const version = card?.version ? await findVersion(db, card.ref, card.version) : null;
    const metadata = card ? await currentMetadata(db, await mirroredDataset(db, dataset.id)) : null;
    const { overviewPage } = await import('#web/pages/overview.ts');
    return overviewPage(head, {
      version,
      metadata,
      uses: card && version ? await uses(card.ref, version) : [],
    });

    async function uses(ref: string, { id, version }: VersionRow) {
      const [file] = await listFiles(db, id, { prefix: '', after: null, limit: 1 });
      return useLines({
        origin: context.origin,
        datasetId: dataset.id,
        ref,
        version,
        table: tables.enabled ? await firstReadyTable(db, id) : null,
        path: file?.path ?? null,
      });
    }
  },
});
