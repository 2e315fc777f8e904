import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { type FolderEntry, listFolder } from '#shared/data/folders.ts';
import type { VersionRow } from '#shared/data/versions.ts';
import { encodeCursor, parseCursor } from '#shared/http/cursor.ts';
import { notFound } from '#shared/http/problems.ts';
import { text } from '#shared/http/text.ts';
import { address } from './addresses.ts';

const PAGE = 200;
const Keys = z.tuple([z.int(), z.boolean(), text(4_096)]);

interface Place {
  path: string;
  db: CommonQueryMethods;
}

/** What is in a folder of a version, and the address of more of it. @throws {Problem} not-found */
export async function readFolder(
  { path, db }: Place,
  { id, version }: VersionRow,
  { folder, cursor: given }: { folder: string; cursor: string | undefined },
): Promise<{ entries: readonly FolderEntry[]; next: string | null }> {
  const [place, isFile, name] =
    given === undefined ? [id, false, ''] : parseCursor(`folder ${folder}`, given, Keys);
  const which = { folder, after: { isFile, name }, limit: PAGE + 1 };
  const found = place === id ? await listFolder(db, id, which) : [];
  if (found.length === 0 && folder !== '' && given === undefined) notFound('folder', folder);
  const entries = found.slice(0, PAGE);
  const last = found.length > PAGE ? entries.at(-1) : undefined;
  const cursor = last && encodeCursor(`folder ${folder}`, [id, last.sha256 !== null, last.name]);
  return { entries, next: cursor ? address(path, { version, path: folder, cursor }) : null };
}
