import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Which names a file system takes for two. */
export interface DistinctNames {
  /** `a` and `A`. */
  byCase: boolean;
  /** `é` as one code point, and as a letter with an accent. */
  byForm: boolean;
}

/** Tries it, below `folder`: file systems differ, so do their mounts and, on some, their folders. */
export async function findDistinctNames(folder: string): Promise<DistinctNames> {
  const place = await mkdtemp(join(folder, 'names-'));
  const absent = (name: string) =>
    access(join(place, name)).then(
      () => false,
      () => true,
    );
  try {
    await writeFile(join(place, 'a\u00e9'), '');
    return { byCase: await absent('A\u00e9'), byForm: await absent('ae\u0301') };
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}
