import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { columns, DatasetRow } from './datasets.ts';
import {
  isNothing,
  isNull,
  orNothing,
  PackedRows,
  packRows,
  quoted,
  toField,
  unpackRows,
} from './packed-rows.ts';
import { remembered, sql } from './sql.ts';
import { parseTimestamptz } from './type-parsers.ts';
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

/** Where a row of a list has which field. */
export const PLACES = {
  id: 0,
  row_version: 1,
  name: 2,
  description: 3,
  source_url: 4,
  created_at: 5,
  updated_at: 6,
  mirror_ref: 7,
  pinned_version: 8,
} as const satisfies Record<keyof DatasetRow, number>;
const NAMES = Object.keys(PLACES) as (keyof DatasetRow)[];
const NULLABLE = [PLACES.description, PLACES.source_url, PLACES.mirror_ref, PLACES.pinned_version];

/** Of 500 rows, descriptions of fewer bytes are too few to matter. */
const short = sql.fragment`CASE WHEN octet_length(description) < 4096 THEN description END`;
/** As `PLACES` has them. */
const fields = sql.fragment`id, row_version, name, ${orNothing(short)}, ${orNothing(sql.fragment`source_url`)},
  created_at, updated_at, ${orNothing(sql.fragment`mirror_ref`)}, ${orNothing(sql.fragment`pinned_version::text`)}`;
const odd = sql.fragment`octet_length(description) >= 4096 OR ${isNothing(sql.fragment`description`)}`;

/** A row of a list: the fields of `PLACES` from `at` on, as `unpackRows` gives them. */
export interface ListedDataset {
  fields: readonly string[];
  at: number;
}

/**
 * One page of the catalogue; names compare by code point, ties go by id. It may end before `limit` as `upToBytes` says.
 */
export async function listDatasets(
  db: CommonQueryMethods,
  page: ListOptions,
): Promise<readonly ListedDataset[]> {
  const { name, order, rest, values } = pageOf(page);
  const select = () => sql.fragment`SELECT ${columns} ${rest()}`;
  const packed = await db.one(
    remembered(
      `list_${name}`,
      () => sql.prepared(`list_${name}`, PackedRows)`${packRows({ select: select(), fields, order, odd })}`,
      values,
    ),
  );
  const texts = unpackRows(packed, { width: NAMES.length, nullable: NULLABLE });
  if (texts) {
    for (let at = 0; at < texts.length; at += NAMES.length)
      for (const place of [at + PLACES.created_at, at + PLACES.updated_at])
        texts[place] = parseTimestamptz(texts[place] ?? '');
    return listed(texts);
  }
  // To count would cost each list half as much again in PostgreSQL; long descriptions are rare.
  const bytes = sql.fragment`coalesce(octet_length(description), 0)`;
  const rows = await db.any(
    sql.prepared(`list_${name}_long`, DatasetRow)`${upToBytes({ select: select(), columns, order, bytes })}`,
  );
  return listed(rows.flatMap((row) => NAMES.map((column) => toField(row[column]))));
}

function listed(texts: readonly string[]): ListedDataset[] {
  const rows: ListedDataset[] = [];
  for (let at = 0; at < texts.length; at += NAMES.length) rows.push({ fields: texts, at });
  return rows;
}

const NUMBERS: ReadonlySet<string> = new Set(['id', 'row_version', 'pinned_version']);

/** The values of a row of a list. */
export function rowOf({ fields, at }: ListedDataset): DatasetRow {
  const values = NAMES.map((name) => {
    const field = fields[at + PLACES[name]] ?? '';
    const json = NUMBERS.has(name) && !isNull(field) ? field : quoted(field);
    return [name, JSON.parse(json)];
  });
  return Object.fromEntries(values);
}

const GlancedRow = DatasetRow.pick({ id: true, row_version: true }).extend({
  value: z.union([z.string(), z.int()]),
});

/** Of the same page, all `limit` rows with no more than their versions and what they are ordered by. */
export function glanceAtDatasets(
  db: CommonQueryMethods,
  page: ListOptions,
): Promise<readonly z.output<typeof GlancedRow>[]> {
  const { name, rest, values } = pageOf(page);
  const value = sql.identifier([page.column]);
  return db.any(
    remembered(
      `glance_${name}`,
      () => sql.prepared(`glance_${name}`, GlancedRow)`SELECT id, row_version, ${value} AS value ${rest()}`,
      values,
    ),
  );
}

/** PostgreSQL plans a statement anew each time when it does not know the limit: of the most common page it does. */
const COMMON = 101;

/** `rest` is the text of all pages with this name; `values` are those of it. */
function pageOf({ column, descending, after, limit }: ListOptions) {
  const direction = descending ? 'descending' : 'ascending';
  const order = ORDERS[column][direction];
  const common = limit === COMMON;
  const name = `datasets_${column}_${direction}${after === null ? '' : '_after'}${common ? '' : '_limit'}`;
  const rest = () => sql.fragment`FROM datasets
    ${after === null ? sql.fragment`` : sql.fragment`WHERE ${isAfter(column, descending, after)}`}
    ORDER BY ${order} LIMIT ${common ? sql.literalValue(`${COMMON}`) : limit}`;
  return { name, order, rest, values: [...(after ?? []), ...(common ? [] : [limit])] };
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
