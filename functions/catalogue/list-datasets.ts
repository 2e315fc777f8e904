import { glanceAtDatasets, listDatasets as readDatasets } from '#shared/data/dataset-list.ts';
import { listFunction } from '#shared/http/list-function.ts';
import { datasetItem, datasetVersion } from '#shared/mirror/dataset.ts';
import { DatasetSort, datasetOrder } from '#shared/mirror/dataset-order.ts';

export const listDatasets = listFunction({
  name: 'list-datasets',
  path: '/datasets',
  summary: 'Datasets, ordered by name',
  filters: { sort: DatasetSort.default('name') },
  key: 'datasets',
  item: datasetItem,
  order: ({ sort }) => ({ name: sort, keys: datasetOrder(sort).keys }),
  async read({ query: { sort }, after, limit, db }) {
    const { column, descending, keysOf } = datasetOrder(sort);
    return { rows: await readDatasets(db, { column, descending, after, limit }), keysOf };
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
