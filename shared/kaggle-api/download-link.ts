import { Problem } from '#shared/http/problems.ts';
import type { Signing } from '#shared/http/signing.ts';

/** What a link leads to: bytes that never change. */
export interface Linked {
  owner: string;
  slug: string;
  version: number;
  /** Of that version when the link was made: another tree under its number is not what was asked for. */
  tree: string;
  /** A file, or null for the archive of all. */
  path: string | null;
}

const LIFETIME = 12 * 60 * 60;
/** Hexadecimal digits of a tree that stand in a link. */
const TREE = 16;

/** The path of a download, good for twelve hours without credentials. Its last segment is the name of what it gives. */
export async function makeLink(signing: Signing, linked: Linked): Promise<string> {
  const { owner, slug, version, path } = linked;
  const expires = Math.floor(Date.now() / 1_000) + LIFETIME;
  const tree = linked.tree.slice(0, TREE);
  const signature = await signing.sign('downloads', textOf({ ...linked, tree }, expires));
  const end = path === null ? 'archive.zip' : `files/${path.split('/').map(encodeURIComponent).join('/')}`;
  return `/kaggle/${expires}.${tree}.${signature}/${owner}/${slug}/${version}/${end}`;
}

/**
 * What a link leads to.
 * @throws {Problem} link-refused for one that we did not make, or that has expired
 */
export async function readLink(
  signing: Signing,
  ticket: string,
  place: Omit<Linked, 'tree'>,
): Promise<Linked> {
  const [, expires = '', tree = '', signature = ''] = /^(\d{1,12})\.([\da-f]+)\.([\w-]+)$/.exec(ticket) ?? [];
  const linked = { ...place, tree };
  if (!(await signing.verify('downloads', textOf(linked, Number(expires)), signature)))
    throw new Problem('link-refused', 'The download link is not valid. Request the download again.');
  if (Number(expires) * 1_000 < Date.now())
    throw new Problem('link-refused', 'The download link has expired. Request the download again.');
  return linked;
}

function textOf({ owner, slug, version, tree, path }: Linked, expires: number): string {
  return JSON.stringify([owner, slug, version, tree, path, expires]);
}
