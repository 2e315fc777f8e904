import { stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Makes kagglehub find a dataset under a spelling that differs by case: it looks for the folder of the name as its
 * user wrote it. The links for owner and slug are apart, so that any mixture of spellings is found.
 * @throws what the file system says: some that are backed by a bucket hold no links
 */
export async function showSpelling(
  root: string,
  { owner, slug }: { owner: string; slug: string },
  spelling: string,
): Promise<void> {
  const [asOwner = '', asSlug = ''] = spelling.split('/');
  if (asOwner === owner && asSlug === slug) return;
  const folder = join(root, 'datasets');
  // Where case is ignored, a link that comes before its folder would be taken for the folder.
  if (!(await stat(join(folder, owner, slug)).catch(() => null))) return;
  if (asOwner !== owner) await link(owner, join(folder, asOwner));
  if (asSlug !== slug) await link(slug, join(folder, owner, asSlug));
}

async function link(name: string, path: string): Promise<void> {
  await symlink(name, path).catch((error: NodeJS.ErrnoException) => {
    // Of an earlier run, or the folder itself on a volume that ignores case.
    if (error.code !== 'EEXIST') throw error;
  });
}
