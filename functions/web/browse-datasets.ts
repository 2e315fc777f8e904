import * as z from 'zod';
import { datasetCards } from '#shared/data/dataset-cards.ts';
import { listDatasets } from '#shared/data/datasets.ts';
import { encodeCursor, parseCursor } from '#shared/http/cursor.ts';
import { DatasetSort, datasetOrder } from '#shared/mirror/dataset-order.ts';
import { pageFunction } from '#web/page-function.ts';

const PAGE = 50;

export const browseDatasets = pageFunction({
  name: 'browse-datasets',
  path: '',
  also: [{ method: 'GET', path: '/datasets' }],
  summary: 'The datasets, to look through',
  query: z.strictObject({ sort: DatasetSort.default('name'), cursor: z.string().max(8_192).optional() }),
  async render({ query: { sort, cursor }, db, may }) {
    const { column, descending, keys, keysOf } = datasetOrder(sort);
    const after = cursor === undefined ? null : parseCursor(sort, cursor, keys);
    const found = await listDatasets(db, { column, descending, after, limit: PAGE + 1 });
    const rows = found.slice(0, PAGE);
    const last = found.length > PAGE ? rows.at(-1) : undefined;
    const next = last && new URLSearchParams({ sort, cursor: encodeCursor(sort, keysOf(last)) });
    const cards = await datasetCards(
      db,
      rows.map(({ id }) => id),
    );
    const { browsePage } = await import('#web/pages/browse.ts');
    return browsePage({
      rows,
      cards,
      sort,
      next: next ? `/ui/datasets?${next}` : null,
      mayWrite: may('write'),
    });
  },
});
