import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { findVersion, type VersionRow } from '#shared/data/versions.ts';
import { Problem } from '#shared/http/problems.ts';
import type { Signing } from '#shared/http/signing.ts';
import { decimal, text } from '#shared/http/text.ts';
import { readLink } from './download-link.ts';

const segment = text(200).min(1);

/** The path of a link. */
export const LinkParams = z.object({
  ticket: segment,
  owner: segment,
  slug: segment,
  version: decimal(1, 2_147_483_647),
});

/**
 * The version that a link leads to, and its ref.
 * @throws {Problem} link-refused; not-found when the version was removed, or replaced by another under its number
 */
export async function linkedVersion(
  { db, signing }: { db: CommonQueryMethods; signing: Signing },
  { ticket, ...place }: z.output<typeof LinkParams>,
  path: string | null,
): Promise<{ ref: string; row: VersionRow }> {
  const { owner, slug, version, tree } = await readLink(signing, ticket, { ...place, path });
  const ref = `${owner}/${slug}`;
  const row = await findVersion(db, ref, version);
  if (row?.state === 'ready' && row.tree_sha256.startsWith(tree)) return { ref, row };
  throw new Problem(
    'not-found',
    `Version ${version} of ${ref} is no longer what it was. Request the download again.`,
  );
}
