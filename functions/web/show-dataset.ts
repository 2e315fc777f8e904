import { listFiles } from '#shared/data/files.ts';
import { firstReadyTable } from '#shared/data/tables.ts';
import { findVersion, type VersionRow } from '#shared/data/versions.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { croissantOf } from '#shared/mirror/describe/croissant.ts';
import { type MirroredDataset, mirroredDataset } from '#shared/mirror/find-version.ts';
import { currentMetadata } from '#shared/mirror/metadata.ts';
import { datasetHead } from '#web/dataset-head.ts';
import { pageFunction } from '#web/page-function.ts';
import { useLines } from '#web/use-lines.ts';

/** Files and characters of what a page has for machines. */
const DESCRIBED = 100;
const LONGEST = 32_768;

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
    const mirrored = card ? await mirroredDataset(db, dataset.id) : null;
    const metadata = mirrored && (await currentMetadata(db, mirrored));
    const { overviewPage } = await import('#web/pages/overview.ts');
    return overviewPage(head, {
      version,
      metadata,
      uses: card && version ? await uses(card.ref, version) : [],
      data: mirrored && version && (await describe(mirrored, version)),
    });

    /** Files and tables that are many are in the Croissant alone. */
    async function describe(of: MirroredDataset, version: VersionRow): Promise<object | null> {
      if (version.file_count > DESCRIBED) return null;
      const data = await croissantOf(db, of, version, { base: context.origin, tables: tables.enabled });
      return JSON.stringify(data).length > LONGEST ? null : data;
    }

    async function uses(ref: string, { id, version }: VersionRow) {
      const [file] = await listFiles(db, id, { prefix: '', after: null, limit: 1 });
      return useLines({
        origin: context.origin,
        datasetId: dataset.id,
        ref,
        version,
        table: tables.enabled ? await firstReadyTable(db, id) : null,
        sql: tables.sql,
        path: file?.path ?? null,
      });
    }
  },
});
