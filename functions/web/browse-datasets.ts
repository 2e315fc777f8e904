import * as z from 'zod';
import { listDatasets, rowOf } from '#shared/data/dataset-list.ts';
import { MIRROR_STATES } from '#shared/data/mirror-state.ts';
import { encodeCursor, parseCursor } from '#shared/http/cursor.ts';
import { text } from '#shared/http/text.ts';
import { DatasetSort, datasetOrder } from '#shared/mirror/dataset-order.ts';
import { address } from '#web/addresses.ts';
import { pageFunction } from '#web/page-function.ts';
import { chosen } from '#web/version-query.ts';

const PAGE = 50;
const facet = chosen(text(500)).transform((value) => value ?? null);

export const browseDatasets = pageFunction({
  name: 'browse-datasets',
  path: '',
  also: [
    { method: 'GET', path: '/' },
    { method: 'GET', path: '/datasets' },
  ],
  summary: 'The datasets, to look through and to search',
  query: z.strictObject({
    q: text(1_000).default(''),
    licence: facet,
    keyword: facet,
    owner: facet,
    format: facet,
    state: chosen(z.enum(MIRROR_STATES)).transform((value) => value ?? null),
    sort: chosen(DatasetSort),
    cursor: z.string().max(8_192).optional(),
  }),
  async render({ query: { sort = 'name', cursor, ...wanted }, db, may }) {
    const { browsePage } = await import('#web/pages/browse.ts');
    const mayWrite = may('write');
    if (Object.values(wanted).some((value) => value !== null && value !== '')) {
      const { findPage } = await import('#web/find-page.ts');
      const found = await findPage(db, { wanted, cursor, limit: PAGE });
      return browsePage({ ...found, wanted, sort, mayWrite });
    }
    const { column, descending, keys, keysOf } = datasetOrder(sort);
    const after = cursor === undefined ? null : parseCursor(sort, cursor, keys);
    const found = await listDatasets(db, { column, descending, after, limit: PAGE + 1 });
    const rows = found.slice(0, PAGE).map(rowOf);
    const last = found.length > PAGE ? rows.at(-1) : undefined;
    const ids = rows.map(({ id }) => id);
    const { datasetCards } = await import('#shared/data/dataset-cards.ts');
    return browsePage({
      rows,
      cards: await datasetCards(db, ids),
      wanted,
      sort,
      next: last ? address('/ui/datasets', { sort, cursor: encodeCursor(sort, keysOf(last)) }) : null,
      mayWrite,
    });
  },
});
