import { ArchiveError } from '#shared/storage/errors.ts';

const MAX_SEGMENT = 255;
const MAX_PATH = 1_024;

/**
 * The relative path that a member of an archive may be written to, with slashes.
 * @throws {ArchiveError} for names that leave the folder, or that a file system or the catalogue cannot hold
 */
export function memberPath(name: string): string {
  const refuse = (why: string) => {
    throw new ArchiveError(
      'refused',
      `the archive has a member ${JSON.stringify(name.slice(0, 200))}, ${why}`,
    );
  };
  if (name.includes('\0')) refuse('with a NUL in its name');
  if (!name.isWellFormed()) refuse('whose name is not Unicode');
  if (/^([A-Za-z]:|\/)/.test(name)) refuse('which is an absolute path');
  const segments = name.replace(/^(\.\/)+/, '').split('/');
  if (segments.includes('..')) refuse('which leaves its folder');
  if (segments.some((segment) => segment === '' || segment === '.')) refuse('which is no plain path');
  if (segments.some((segment) => Buffer.byteLength(segment) > MAX_SEGMENT)) refuse('whose name is too long');
  const path = segments.join('/');
  if (Buffer.byteLength(path) > MAX_PATH) refuse('whose path is too long');
  return path;
}

/** The name of a folder without the slashes it ends in. A pattern for these would begin anew at each slash of the name. */
export function folderName(name: string): string {
  let end = name.length;
  while (name[end - 1] === '/') end -= 1;
  return name.slice(0, end);
}

/** Refuses names that would meet on one file: twice the same, differing in case or accents' spelling, or a file as a folder. */
export function createNameCheck(): (path: string) => void {
  const files = new Set<string>();
  const folders = new Set<string>();
  return (path) => {
    const folded = path.normalize('NFC').toLowerCase();
    const collides = () => {
      throw new ArchiveError('refused', `the archive has several members for ${JSON.stringify(path)}`);
    };
    if (files.has(folded) || folders.has(folded)) collides();
    files.add(folded);
    for (let end = folded.lastIndexOf('/'); end > 0; end = folded.lastIndexOf('/', end - 1)) {
      const folder = folded.slice(0, end);
      if (folders.has(folder)) break;
      if (files.has(folder)) collides();
      folders.add(folder);
    }
  };
}
