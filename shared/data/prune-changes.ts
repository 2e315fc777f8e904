import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { sql } from './sql.ts';

const First = z.object({ id: z.int().nullable() });
const PAGE = 10_000;

/**
 * Deletes the changes in front of the first one that is younger, and keeps in mind how far. So a clock that stepped leaves
 * no gap.
 */
export async function pruneChanges(db: CommonQueryMethods, keepDays: number): Promise<void> {
  const { id: first } = await db.one(sql.type(First)`
    SELECT coalesce(
      (SELECT id FROM changes WHERE time >= now() - make_interval(days => ${keepDays}) ORDER BY id LIMIT 1),
      (SELECT max(id) + 1 FROM changes)) AS id`);
  if (first === null) return;
  for (let deleted = PAGE; deleted > 0; )
    ({ rowCount: deleted } = await db.query(sql.prepared('prune_changes', z.strictObject({}))`
      WITH gone AS (
        DELETE FROM changes WHERE id = ANY(ARRAY(
          SELECT id FROM changes WHERE id < ${first} ORDER BY id LIMIT ${PAGE})) RETURNING id
      )
      INSERT INTO changes_pruned (id) SELECT max(id) FROM gone HAVING count(*) > 0
      ON CONFLICT (one) DO UPDATE SET id = greatest(changes_pruned.id, excluded.id)`));
}
