import * as z from 'zod';
import { listTables as readTables } from '#shared/data/tables.ts';
import { listFunction } from '#shared/http/list-function.ts';
import { text } from '#shared/http/text.ts';
import { mirroredDataset, readyVersion } from '#shared/mirror/find-version.ts';
import { tableItem } from '#shared/tables/table.ts';
import { TablesParams } from '#shared/tables/table-params.ts';

const Keys = z.tuple([z.int(), text(63)]);

export const listTables = listFunction({
  name: 'list-tables',
  path: '/datasets/:id/versions/:version/tables',
  summary: 'The tables of a version, by name',
  params: TablesParams,
  key: 'tables',
  item: tableItem,
  order: () => ({ name: 'table', keys: Keys }),
  async read({ params, path, after: cursor, limit, db, tables }) {
    const { id, version } = await readyVersion(db, await mirroredDataset(db, params.id), params.version);
    const [place, after] = cursor ?? [id, null];
    return {
      rows: tables.enabled && place === id ? await readTables(db, id, { after, limit }) : [],
      keysOf: (row) => [id, row.name],
      path: path.replace(/\/latest\/tables$/, `/${version}/tables`),
    };
  },
});
