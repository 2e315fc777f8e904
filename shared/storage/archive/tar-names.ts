import type { Header } from 'tar-stream';
import { decodeUtf8 } from './member-name.ts';
import { refusedMember } from './member-path.ts';

/** The name of a member that was read as latin1, bytes for characters. @throws {ArchiveError} for what is not UTF-8 */
export function tarName({ name, pax }: Header): string {
  return fromPax(pax, 'path') ?? decodeUtf8(Buffer.from(name, 'latin1'));
}

/** What a hard link is another name of. @throws {ArchiveError} */
export function tarLink({ linkname, pax }: Header): string {
  return fromPax(pax, 'linkpath') ?? decodeUtf8(Buffer.from(linkname ?? '', 'latin1'));
}

/** These were text before: what was not UTF-8 has a sign in its place. */
function fromPax(pax: Header['pax'], key: 'path' | 'linkpath'): string | null {
  const name = (pax as Partial<Record<string, string>> | null)?.[key];
  if (!name) return null;
  if (name.includes('\ufffd')) throw refusedMember(name, 'whose name is not Unicode');
  return name;
}
