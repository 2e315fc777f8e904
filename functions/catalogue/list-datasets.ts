import { glanceAtDatasets, listDatasets as readDatasets, rowOf } from '#shared/data/dataset-list.ts';
import { listFunction } from '#shared/http/list-function.ts';
import { datasetVersion, listedDataset } from '#shared/mirror/dataset.ts';
import { DatasetSort, datasetOrder } from '#shared/mirror/dataset-order.ts';

export const listDatasets = listFunction({
  name: 'list-datasets',
  path: '/datasets',
  summary: 'Datasets, ordered by name',
  filters: { sort: DatasetSort.default('name') },
  key: 'datasets',
  item: listedDataset,
  order: ({ sort }) => ({ name: sort, keys: datasetOrder(sort).keys }),
  async read({ query: { sort }, after, limit, db }) {
    const { column, descending, keysOf } = datasetOrder(sort);
    const rows = await readDatasets(db, { column, descending, after, limit });
    return { rows, keysOf: (row) => keysOf(rowOf(row)) };
  },
  async glance({ query: { sort }, after, limit, db }) {
    const { column, descending } = datasetOrder(sort);
    const rows = await glanceAtDatasets(db, { column, descending, after, limit });
    return rows.map((row) => ({
      keys: column === 'id' ? [row.id] : [row.value, row.id],
      version: datasetVersion(row),
    }));
  },
});
