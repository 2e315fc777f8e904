import { ArchiveError } from '#shared/storage/storage-errors.ts';

const MAX_SEGMENT = 255;
const MAX_PATH = 1_024;
/** On the systems that know drives and other machines; archives move between systems. */
const ABSOLUTE = /^(\/|\\|[A-Za-z]:[/\\])/;

/**
 * The relative path that a member of an archive may be written to, without the empty segments and dots that mean
 * nothing; empty for the folder that the archive is unpacked to. A backslash is a character as any other, as it is
 * to Python's zipfile and tarfile.
 * @throws {ArchiveError} for names that leave the folder, or that a file system or the catalogue cannot hold
 */
export function memberPath(name: string): string {
  const refuse = (why: string) => {
    throw refusedMember(name, why);
  };
  const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.length === 0) return '';
  if (name.includes('\0')) refuse('with a NUL in its name');
  if (ABSOLUTE.test(name)) refuse('which is an absolute path');
  if (name.split(/[/\\]/).includes('..')) refuse('which leaves its folder');
  if (segments.some((segment) => Buffer.byteLength(segment) > MAX_SEGMENT)) refuse('whose name is too long');
  const path = segments.join('/');
  if (Buffer.byteLength(path) > MAX_PATH) refuse('whose path is too long');
  return path;
}

/** @throws {ArchiveError} also for the name of the folder itself */
export function filePath(name: string): string {
  const path = memberPath(name);
  if (path === '') throw refusedMember(name, 'which is no file name');
  return path;
}

export function refusedMember(name: string, why: string): ArchiveError {
  return new ArchiveError(
    'refused',
    `the archive has a member ${JSON.stringify(name.slice(0, 200))}, ${why}`,
  );
}
