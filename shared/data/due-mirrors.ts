import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { sql } from './sql.ts';

/** Which mirrors a run is about; null: all of them. */
export interface Scope {
  refs: readonly string[] | null;
  /** Only what was queued in the name of this run. */
  run?: string;
}

export function inScope({ refs, run }: Scope) {
  const ofRun =
    run === undefined
      ? sql.fragment`TRUE`
      : sql.fragment`EXISTS (SELECT FROM run_syncs WHERE sync_id = syncs.id AND run_id = ${run})`;
  return refs === null ? ofRun : sql.fragment`mirrors.ref = ANY(${sql.array(refs, 'text')}) AND ${ofRun}`;
}

/** That a dataset names the mirror. */
export const isNamed = sql.fragment`EXISTS (SELECT FROM datasets WHERE mirror_ref = mirrors.ref)`;

const Due = z.object({ id: z.int() });

/**
 * The mirrors that a dataset names, in the order of their turns: those without a version, then big ones before small ones,
 * so that no worker is left alone with a big one in the end. Samples have nothing to check.
 */
export async function dueMirrors(db: CommonQueryMethods, { refs }: Scope): Promise<number[]> {
  const due = await db.any(sql.type(Due)`
    SELECT mirrors.id FROM mirrors LEFT JOIN versions ON mirror_id = mirrors.id AND number = mirrors.version
    WHERE ${inScope({ refs })} AND (NOT sample OR ${refs !== null}) AND ${isNamed}
    ORDER BY total_bytes DESC NULLS FIRST, checked_at NULLS FIRST, mirrors.id`);
  return due.map(({ id }) => id);
}

const PAGE = 500;

/** Requests that wait for one of these mirrors do not wait for all. */
export function* inPages(ids: readonly number[]): Generator<readonly number[]> {
  for (let at = 0; at < ids.length; at += PAGE) yield ids.slice(at, at + PAGE);
}
