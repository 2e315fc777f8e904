import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { CHANGE_TYPES, type ChangeType } from './changes.ts';
import { sql } from './sql.ts';
import { upToBytes } from './up-to-bytes.ts';

export const Change = z.object({
  id: z.int(),
  type: z.enum(CHANGE_TYPES),
  subject: z.string(),
  time: z.string(),
  dataset_ids: z.array(z.int()),
  data: z.record(z.string(), z.unknown()),
});
export type ChangeRow = z.output<typeof Change>;

export interface ChangeFilter {
  /** Null: all. */
  types: readonly ChangeType[] | null;
  datasetId: number | null;
}

const Bounds = z.object({ last: z.int(), newest: z.int(), pruned: z.int() });
/** At least one row, also where there is no change. */
const Read = z.union([
  z.object({ ...Bounds.shape, ...Change.shape }),
  z.object({ ...Bounds.shape, id: z.null() }),
]);
const Horizon = z.object({ horizon: z.int() });

const columns = sql.fragment`id, type, subject, time, dataset_ids, data`;
const order = sql.fragment`id`;

export interface ChangesPage {
  /** May end before `limit` as `upToBytes` says. */
  rows: readonly ChangeRow[];
  /** The last change of all that may be read. */
  last: number;
  /** The newest that is committed: one before it may still come. */
  newest: number;
  /** The last one that was deleted; 0 when none was. */
  pruned: number;
}

/** Changes behind one, in their order, and where the feed begins and ends. */
export async function readChanges(
  db: CommonQueryMethods,
  { after, limit, types, datasetId }: ChangeFilter & { after: number; limit: number },
): Promise<ChangesPage> {
  // Before the snapshot that is read: what is below it has to be seen.
  const { horizon } = await db.one(
    sql.prepared('changes_horizon', Horizon)`SELECT changes_horizon() AS horizon`,
  );
  const conditions = [
    sql.fragment`id > ${after} AND id <= ${horizon}`,
    ...(types === null ? [] : [sql.fragment`type = ANY(${sql.array(types, 'text')})`]),
    ...(datasetId === null ? [] : [sql.fragment`dataset_ids @> ARRAY[${datasetId}::int4]`]),
  ];
  const select = sql.fragment`
    SELECT ${columns} FROM changes WHERE ${sql.join(conditions, sql.fragment` AND `)} ORDER BY ${order} LIMIT ${limit}`;
  const bytes = sql.fragment`octet_length(data::text)`;
  // One statement, as what was deleted and what is there have to be of one moment.
  const found = await db.any(sql.type(Read)`
    SELECT coalesce((SELECT max(id) FROM changes WHERE id <= ${horizon}), pruned.id, 0) AS last,
      coalesce((SELECT max(id) FROM changes), pruned.id, 0) AS newest, coalesce(pruned.id, 0) AS pruned, page.*
    FROM (SELECT) AS here
    LEFT JOIN changes_pruned AS pruned ON true
    LEFT JOIN (${upToBytes({ select, columns, order, bytes })}) AS page ON true
    ORDER BY page.id`);
  const [{ last, newest, pruned } = { last: 0, newest: 0, pruned: 0 }] = found;
  return { rows: found.filter((row) => row.id !== null), last, newest, pruned };
}

export function fits({ types, datasetId }: ChangeFilter, change: ChangeRow): boolean {
  if (types !== null && !types.includes(change.type)) return false;
  return datasetId === null || change.dataset_ids.includes(datasetId);
}
