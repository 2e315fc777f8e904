import * as z from 'zod';
import { mirroredDataset } from '#functions/mirrored.ts';
import { presentVersion, listVersions as readVersions, Version } from '#shared/data/versions.ts';
import { contentEtag } from '#shared/http/content-etag.ts';
import { parseCursor } from '#shared/http/cursor.ts';
import { DatasetId, DatasetParams } from '#shared/http/dataset.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { page, pageQuery } from '#shared/http/page.ts';

const SORT = '-version';
const Keys = z.tuple([DatasetId]);

export const listVersions = defineFunction({
  name: 'list-versions',
  method: 'GET',
  path: '/datasets/:id/versions',
  summary: 'The mirrored versions of a dataset, newest first',
  params: DatasetParams,
  query: z.strictObject(pageQuery),
  responses: { 200: z.object({ versions: z.array(Version), next_cursor: z.string().nullable() }) },
  async handle({ params, query, path, db }) {
    const { limit, cursor } = query;
    const { mirror_ref } = await mirroredDataset(db, params.id);
    const before = cursor === undefined ? null : parseCursor(SORT, cursor, Keys)[0];
    const rows = await readVersions(db, mirror_ref, { before, limit: limit + 1 });
    return page({
      path,
      query,
      rows,
      name: 'versions',
      present: presentVersion,
      sort: SORT,
      keysOf: (row) => [row.version],
      versionOf: contentEtag,
    });
  },
});
