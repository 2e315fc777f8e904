import * as z from 'zod';
import { listDatasets as readDatasets } from '#shared/data/datasets.ts';
import { listFunction } from '#shared/http/list-function.ts';
import { text, timestamp } from '#shared/http/text.ts';
import { DatasetId, datasetItem } from '#shared/mirror/dataset.ts';

const Sort = z.enum(['name', '-name', 'created_at', '-created_at', 'id', '-id']);
const KEYS = {
  name: z.tuple([text(200), DatasetId]),
  created_at: z.tuple([timestamp, DatasetId]),
  id: z.tuple([DatasetId]),
};

const columnOf = (sort: z.output<typeof Sort>) => sort.replace('-', '') as keyof typeof KEYS;

export const listDatasets = listFunction({
  name: 'list-datasets',
  path: '/datasets',
  summary: 'Datasets, ordered by name',
  filters: { sort: Sort.default('name') },
  key: 'datasets',
  item: datasetItem,
  order: ({ sort }) => ({ name: sort, keys: KEYS[columnOf(sort)] }),
  async read({ query: { sort }, after, limit, db }) {
    const column = columnOf(sort);
    return {
      rows: await readDatasets(db, { column, descending: sort !== column, after, limit }),
      keysOf: (row) => (column === 'id' ? [row.id] : [row[column], row.id]),
    };
  },
});
