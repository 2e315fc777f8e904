import type { DistinctNames } from '#shared/storage/distinct-names.ts';
import { ArchiveError } from '#shared/storage/storage-errors.ts';
import type { Limits } from './limits.ts';

/** The files and folders of an archive, no two of which may meet on one name of the volume. */
export interface MemberNames {
  /** @throws {ArchiveError} */
  addFile(path: string): void;
  /** With those above it. Adding it again does nothing. @throws {ArchiveError} */
  addFolder(path: string): void;
  hasFolder(path: string): boolean;
}

export function createMemberNames({ names, maxMembers, maxNameBytes }: Limits): MemberNames {
  const fold = foldFor(names);
  const files = new Map<string, string>();
  const folders = new Map<string, string>();
  let length = 0;
  const measure = (path: string) => {
    length += Buffer.byteLength(path);
    if (length > maxNameBytes)
      throw new ArchiveError('refused', `the names in the archive take more than ${maxNameBytes} bytes`);
  };
  const addFolder = (path: string) => {
    // From the inside out: above one that is known all are.
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      const key = fold(folder);
      const known = folders.get(key);
      if (known === folder) return;
      if (end === path.length) measure(path);
      // Files of both would be in one folder, whose name is that of the first.
      const other = known ?? files.get(key);
      if (other !== undefined) throw collision(other, folder);
      folders.set(key, folder);
      if (folders.size > maxMembers)
        throw new ArchiveError('refused', `the archive has more than ${maxMembers} folders`);
    }
  };
  return {
    addFile(path) {
      const key = fold(path);
      const other = files.get(key) ?? folders.get(key);
      if (other !== undefined) throw collision(other, path);
      files.set(key, path);
      measure(path);
      const end = path.lastIndexOf('/');
      if (end > 0) addFolder(path.slice(0, end));
    },
    addFolder,
    hasFolder: (path) => folders.has(fold(path)),
  };
}

function foldFor({ byCase, byForm }: DistinctNames): (path: string) => string {
  return (path) => {
    const form = byForm ? path : path.normalize('NFC');
    return byCase ? form : form.toLowerCase();
  };
}

function collision(one: string, other: string): ArchiveError {
  const [first, second] = [one, other].map((path) => JSON.stringify(path));
  return new ArchiveError(
    'refused',
    one === other
      ? `the archive has several members for ${first}`
      : `the archive has ${first} and ${second}, and the volume does not tell these names apart`,
  );
}
