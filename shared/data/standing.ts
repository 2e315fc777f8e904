import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { DESCRIBE_ATTEMPTS, type Description, storable } from './metadata.ts';
import type { Checked } from './mirror-state.ts';
import { pullIsOwned } from './pulls.ts';
import { type Keeping, needsRetiring } from './retiring.ts';
import { sql } from './sql.ts';
import type { Claim } from './sync-queue.ts';

const Standing = z.object({
  upstream_id: z.int().nullable(),
  /** Something is left to do that Kaggle need not say anything about. */
  unfinished: z.boolean(),
  /** What is known of the version that Kaggle has, if it is here. */
  described: z.boolean(),
  /** What the datasets want, as `wantedVersions` has it. */
  follows: z.boolean(),
  pinned: z.array(z.int()),
  /** Versions that can be read, and are not damaged. */
  whole: z.array(z.int()),
  /** The addresses by which datasets name the mirror. */
  addresses: z.array(z.string()),
});
export type Standing = z.output<typeof Standing>;

const MAX_ADDRESSES = 1_000;

/** All that a check has to compare with what Kaggle says, in one statement: most checks find nothing else to do. */
export function findStanding(
  db: CommonQueryMethods,
  mirrorId: number,
  { version, ...keeping }: Keeping & { version: number },
): Promise<Standing> {
  return db.one(sql.prepared('find_standing', Standing)`
    SELECT upstream_id,
      clearing OR told_failure IS NOT NULL OR EXISTS (SELECT FROM pulls WHERE mirror_id = mirrors.id AND NOT ${pullIsOwned})
        OR EXISTS (SELECT FROM versions WHERE mirror_id = mirrors.id AND state = 'ready' AND damaged)
        OR ${needsRetiring(keeping)} AS unfinished,
      NOT EXISTS (
        SELECT FROM versions LEFT JOIN version_metadata ON version_id = versions.id
        WHERE mirror_id = mirrors.id AND number = ${version} AND state = 'ready'
          AND description IS NULL AND coalesce(attempts, 0) < ${DESCRIBE_ATTEMPTS}) AS described,
      EXISTS (SELECT FROM datasets WHERE mirror_ref = ref AND pinned_version IS NULL) AS follows,
      ARRAY(SELECT DISTINCT pinned_version FROM datasets WHERE mirror_ref = ref AND pinned_version IS NOT NULL) AS pinned,
      ARRAY(SELECT number FROM versions WHERE mirror_id = mirrors.id AND state = 'ready' AND NOT damaged) AS whole,
      ARRAY(SELECT DISTINCT source_url FROM datasets WHERE mirror_ref = ref ORDER BY source_url LIMIT ${MAX_ADDRESSES}) AS addresses
    FROM mirrors WHERE id = ${mirrorId}`);
}

const Ended = z.object({ ended: z.boolean() });

/** Ends a sync whose mirror stands as it should, with what Kaggle said; false, and nothing is written, when it is not ours any more. */
export async function endUnchanged(
  db: CommonQueryMethods,
  { id, fence, mirror_id }: Claim,
  { upstreamVersion, upstreamUpdatedAt, licence }: Checked,
  { description, received }: { description: Description; received: string },
): Promise<boolean> {
  const { ended } = await db.one(sql.prepared('end_unchanged', Ended)`
    SELECT end_unchanged(${id}, ${fence}, ${mirror_id}, ${upstreamVersion}, ${upstreamUpdatedAt}::timestamptz,
      ${licence}, ${JSON.stringify(description)}::jsonb, ${storable([received])[0] ?? null}) AS ended`);
  return ended;
}
