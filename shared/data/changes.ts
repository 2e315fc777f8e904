import type { CommonQueryMethods, FragmentSqlToken } from 'slonik';
import * as z from 'zod';
import { sql } from './sql.ts';

export const DATASET_CHANGES = ['dataset.created', 'dataset.updated', 'dataset.deleted'] as const;
export const MIRROR_CHANGES = [
  'version.ready',
  'version.removed',
  'tables.ready',
  'mirror.failed',
  'mirror.recovered',
] as const;
export const CHANGE_TYPES = [...DATASET_CHANGES, ...MIRROR_CHANGES] as const;
export type ChangeType = (typeof CHANGE_TYPES)[number];

/** Of the advisory locks by which `changes_horizon` knows who writes. */
const LOCKS = 1_667_788_903;

/**
 * Notes what `select` gives: subject, dataset_ids and data. Ids are drawn under a lock with a number below them, which is
 * held until the transaction ends: readers stop there. The subject's row is locked before, so that the changes of one
 * subject are in their order.
 */
function note(type: ChangeType, select: FragmentSqlToken): FragmentSqlToken {
  return sql.fragment`
    INSERT INTO changes (id, type, subject, dataset_ids, data)
    WITH held AS MATERIALIZED (
      SELECT pg_advisory_xact_lock_shared(${LOCKS}::int4,
        mod(coalesce(pg_sequence_last_value('changes_ids'), 0), 2147483648)::int4)
    )
    SELECT nextval('changes_ids'), ${type}, subject, dataset_ids, data FROM held CROSS JOIN (${select}) AS news`;
}

/** A statement that notes a change of each dataset in `from`, a table or WITH query that has all its columns. */
export function noteDatasets(
  type: (typeof DATASET_CHANGES)[number],
  from: FragmentSqlToken,
): FragmentSqlToken {
  return note(
    type,
    sql.fragment`
      SELECT 'datasets/' || id AS subject, ARRAY[id] AS dataset_ids, json_build_object(
        'id', id, 'name', name, 'description', description, 'source_url', source_url,
        'created_at', created_at::text, 'updated_at', updated_at::text, 'mirror_ref', mirror_ref,
        'pinned_version', pinned_version, 'row_version', row_version) AS data
      FROM ${from} AS dataset`,
  );
}

/** Notes how datasets are now, at the end of a transaction that changed them. */
export async function noteChanged(
  tx: CommonQueryMethods,
  type: 'dataset.created' | 'dataset.updated',
  ids: readonly number[],
): Promise<void> {
  const from = sql.fragment`(SELECT * FROM datasets WHERE id = ANY(${sql.array(ids, 'int4')}) ORDER BY id)`;
  await tx.query(sql.type(z.strictObject({}))`${noteDatasets(type, from)}`);
}

/**
 * A statement that notes a change of each mirror in `from`, a WITH query with `mirror_id`, `version` and `error`. It
 * names all datasets of the mirror.
 */
export function noteMirrors(type: (typeof MIRROR_CHANGES)[number], from: FragmentSqlToken): FragmentSqlToken {
  return note(
    type,
    sql.fragment`
      SELECT 'mirrors/' || ref AS subject,
        ARRAY(SELECT id FROM datasets WHERE mirror_ref = mirrors.ref ORDER BY id) AS dataset_ids,
        json_build_object('ref', ref, 'version', changed.version, 'error', changed.error) AS data
      FROM ${from} AS changed JOIN mirrors ON mirrors.id = changed.mirror_id ORDER BY ref, changed.version`,
  );
}
