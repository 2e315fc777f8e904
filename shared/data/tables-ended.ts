import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { noteMirrors } from './changes.ts';
import { sql } from './sql.ts';

/** Notes, once for each version, that all of its tables have ended: for one version, or for any when it is null. */
export async function noteTablesEnded(db: CommonQueryMethods, versionId: number | null): Promise<void> {
  const one = versionId === null ? sql.fragment`TRUE` : sql.fragment`id = ${versionId}`;
  await db.query(sql.type(z.strictObject({}))`
    WITH ended AS (
      UPDATE versions SET tables_ended_at = now()
      WHERE ${one} AND tables_ended_at IS NULL AND state = 'ready' AND tables_found_by IS NOT NULL AND NOT EXISTS (
        SELECT FROM tables WHERE version_id = versions.id AND tables.state IN ('waiting', 'converting'))
      RETURNING mirror_id, number AS version, NULL::jsonb AS error
    ) ${noteMirrors('tables.ready', sql.fragment`ended`)}`);
}
