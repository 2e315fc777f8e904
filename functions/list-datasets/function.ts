import * as z from 'zod';
import { listDatasets as readDatasets } from '#shared/data/datasets.ts';
import { parseCursor } from '#shared/http/cursor.ts';
import { Dataset, DatasetId, datasetEtag, presentDataset } from '#shared/http/dataset.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { page, pageQuery } from '#shared/http/page.ts';
import { text, timestamp } from '#shared/http/text.ts';

const Sort = z.enum(['name', '-name', 'created_at', '-created_at', 'id', '-id']);
const Keys = {
  name: z.tuple([text(200), DatasetId]),
  created_at: z.tuple([timestamp, DatasetId]),
  id: z.tuple([DatasetId]),
};

export const listDatasets = defineFunction({
  name: 'list-datasets',
  method: 'GET',
  path: '/datasets',
  summary: 'Datasets, ordered by name',
  query: z.strictObject({ ...pageQuery, sort: Sort.default('name') }),
  responses: { 200: z.object({ datasets: z.array(Dataset), next_cursor: z.string().nullable() }) },
  async handle({ query, path, db }) {
    const { sort, limit, cursor } = query;
    const column = sort.replace('-', '') as keyof typeof Keys;
    const after = cursor === undefined ? null : parseCursor(sort, cursor, Keys[column]);
    const rows = await readDatasets(db, { column, descending: sort !== column, after, limit: limit + 1 });
    return page({
      path,
      query,
      rows,
      name: 'datasets',
      present: presentDataset,
      sort,
      keysOf: (row) => (column === 'id' ? [row.id] : [row[column], row.id]),
      versionOf: datasetEtag,
    });
  },
});
