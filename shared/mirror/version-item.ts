import { VersionRow } from '#shared/data/versions.ts';
import { represent } from '#shared/http/representation.ts';

/** A version as the API shows it. */
export const versionItem = represent<VersionRow>(
  VersionRow.omit({ id: true, archive_md5: true }).meta({ id: 'Version' }),
  ({ id: _, archive_md5: __, ...shown }) => shown,
);

/** When the version was made at Kaggle, or fetched where that is unknown; for Last-Modified. */
export function lastModifiedOf({ created_at, fetched_at }: VersionRow): Date {
  return new Date(created_at ?? fetched_at);
}
