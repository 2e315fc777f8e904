import * as z from 'zod';
import { listVersions as readVersions } from '#shared/data/versions.ts';
import { listFunction } from '#shared/http/list-function.ts';
import { DatasetId, DatasetParams } from '#shared/mirror/dataset.ts';
import { mirroredDataset } from '#shared/mirror/find-version.ts';
import { versionItem } from '#shared/mirror/version-item.ts';

const ORDER = { name: '-version', keys: z.tuple([DatasetId]) };

export const listVersions = listFunction({
  name: 'list-versions',
  path: '/datasets/:id/versions',
  summary: 'The mirrored versions of a dataset, newest first',
  params: DatasetParams,
  key: 'versions',
  item: versionItem,
  order: () => ORDER,
  async read({ params, after, limit, db }) {
    const { mirror_ref } = await mirroredDataset(db, params.id);
    return {
      rows: await readVersions(db, mirror_ref, { before: after?.[0] ?? null, limit }),
      keysOf: (row) => [row.version],
    };
  },
});
