import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { columns, DatasetRow } from './datasets.ts';
import { sql } from './sql.ts';
import { upToBytes } from './up-to-bytes.ts';

interface ListOptions {
  column: 'name' | 'created_at' | 'id';
  descending: boolean;
  /** The column's value and the id of the row that the page follows; for the order by id just that. */
  after: readonly (string | number)[] | null;
  limit: number;
}

const ORDERS = {
  name: {
    ascending: sql.fragment`name COLLATE "C", id`,
    descending: sql.fragment`name COLLATE "C" DESC, id DESC`,
  },
  created_at: { ascending: sql.fragment`created_at, id`, descending: sql.fragment`created_at DESC, id DESC` },
  id: { ascending: sql.fragment`id`, descending: sql.fragment`id DESC` },
};

/** Of 500 rows, descriptions of fewer bytes are too few to matter. */
const LONG = 4_096;
const ListedRow = DatasetRow.extend({ long: z.boolean() });
const listedColumns = sql.fragment`
  id, name, CASE WHEN octet_length(description) < ${LONG} THEN description END AS description, source_url, created_at,
  updated_at, mirror_ref, pinned_version, row_version, coalesce(octet_length(description) >= ${LONG}, false) AS long`;

/**
 * One page of the catalogue; names compare by code point, ties go by id. It may end before `limit` as `upToBytes` says.
 */
export async function listDatasets(
  db: CommonQueryMethods,
  page: ListOptions,
): Promise<readonly DatasetRow[]> {
  const { name, order, rest } = pageOf(page);
  const rows = await db.any(sql.prepared(`list_${name}`, ListedRow)`SELECT ${listedColumns} ${rest}`);
  if (!rows.some(({ long }) => long)) return rows;
  // To count would cost each list half as much again in PostgreSQL; long descriptions are rare.
  const bytes = sql.fragment`coalesce(octet_length(description), 0)`;
  const select = sql.fragment`SELECT ${columns} ${rest}`;
  return db.any(
    sql.prepared(`list_${name}_long`, DatasetRow)`${upToBytes({ select, columns, order, bytes })}`,
  );
}

const GlancedRow = DatasetRow.pick({ id: true, row_version: true }).extend({
  value: z.union([z.string(), z.int()]),
});

/** Of the same page, all `limit` rows with no more than their versions and what they are ordered by. */
export function glanceAtDatasets(
  db: CommonQueryMethods,
  page: ListOptions,
): Promise<readonly z.output<typeof GlancedRow>[]> {
  const { name, rest } = pageOf(page);
  const value = sql.identifier([page.column]);
  return db.any(
    sql.prepared(`glance_${name}`, GlancedRow)`SELECT id, row_version, ${value} AS value ${rest}`,
  );
}

function pageOf({ column, descending, after, limit }: ListOptions) {
  const direction = descending ? 'descending' : 'ascending';
  const order = ORDERS[column][direction];
  const name = `datasets_${column}_${direction}${after === null ? '' : '_after'}`;
  const rest = sql.fragment`FROM datasets
    ${after === null ? sql.fragment`` : sql.fragment`WHERE ${isAfter(column, descending, after)}`}
    ORDER BY ${order} LIMIT ${limit}`;
  return { name, order, rest };
}

function isAfter(
  column: ListOptions['column'],
  descending: boolean,
  [value = '', id = 0]: readonly (string | number)[],
) {
  const beyond = descending ? sql.fragment`<` : sql.fragment`>`;
  if (column === 'id') return sql.fragment`id ${beyond} ${value}`;
  if (column === 'name') return sql.fragment`(name COLLATE "C", id) ${beyond} (${value}, ${id}::int4)`;
  return sql.fragment`(created_at, id) ${beyond} (${value}::timestamptz, ${id}::int4)`;
}
