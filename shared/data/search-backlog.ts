import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { sql } from './sql.ts';

const Done = z.object({ more: z.boolean() });

/** Makes the search documents that requests left to the job, those of one mirror after the other. */
export async function catchUpSearch(db: CommonQueryMethods, signal: AbortSignal): Promise<void> {
  for (let more = true; more && !signal.aborted; )
    ({ more } = await db.one(sql.prepared('search_catch_up', Done)`SELECT search_catch_up() AS more`));
}
