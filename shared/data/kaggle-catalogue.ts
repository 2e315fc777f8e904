import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { Description } from './metadata.ts';
import { MIRROR_STATES, StoredProblem } from './mirror-state.ts';
import { sql } from './sql.ts';

/** A dataset of Kaggle's that at least one of the catalogue names. */
export const KaggleRow = z.object({
  mirror_id: z.int(),
  owner: z.string(),
  slug: z.string(),
  ref: z.string(),
  state: z.enum(MIRROR_STATES),
  last_error: StoredProblem.nullable(),
  sync_id: z.int().nullable(),
  /** Kaggle's number of it; null until Kaggle has said it. */
  upstream_id: z.int().nullable(),
  licence: z.string().nullable(),
  /** The newest on the volume. */
  newest: z.int().nullable(),
  /** Of the dataset of the catalogue that has named it for longest. */
  name: z.string(),
  description: z.string().nullable(),
  /** What Kaggle said of it last; null while that is not known. */
  kaggle: Description.nullable(),
});
export type KaggleRow = z.output<typeof KaggleRow>;

export function findKaggleDataset(db: CommonQueryMethods, ref: string): Promise<KaggleRow | null> {
  return db.maybeOne(sql.prepared('find_kaggle_dataset', KaggleRow)`
    SELECT mirrors.id AS mirror_id, owner, slug, ref, state, last_error, upstream_id, licence, version AS newest,
      name, named.description, mirror_metadata.description AS kaggle,
      (SELECT max(id) FROM syncs WHERE mirror_id = mirrors.id) AS sync_id
    FROM mirrors
    LEFT JOIN mirror_metadata ON mirror_metadata.mirror_id = mirrors.id
    JOIN LATERAL (SELECT name, description FROM datasets WHERE mirror_ref = ref ORDER BY id LIMIT 1) AS named ON true
    WHERE ref = ${ref}`);
}
