import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import type { VersionRow } from '#shared/data/versions.ts';
import { contentEtag } from '#shared/http/content-etag.ts';
import { ok, type Result } from '#shared/http/results.ts';
import type { MirroredDataset } from '#shared/mirror/find-version.ts';
import { croissantOf } from './croissant.ts';
import { CROISSANT } from './croissant-context.ts';

export const croissantContent = {
  'application/ld+json': z.looseObject({ '@type': z.string(), name: z.string() }).meta({ id: 'Croissant' }),
};

/** The Croissant of a version as a response; `isLatest` says where the version is that it is of. */
export async function respondWithCroissant(
  db: CommonQueryMethods,
  dataset: MirroredDataset,
  version: VersionRow,
  { isLatest, ...place }: { base: string; tables: boolean; isLatest: boolean },
): Promise<Result> {
  const body = JSON.stringify(await croissantOf(db, dataset, version, place));
  return ok(body, {
    etag: contentEtag(body),
    headers: {
      'content-type': `application/ld+json; profile="${CROISSANT}"; charset=utf-8`,
      ...(isLatest && {
        'content-location': `/datasets/${dataset.id}/versions/${version.version}/croissant`,
      }),
    },
  });
}
