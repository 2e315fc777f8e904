import { open, stat } from 'node:fs/promises';
import readXlsxFile from 'read-excel-file/node';
import type { Limits } from '#shared/storage/archive/limits.ts';
import { findDirectory, readZipDirectory } from '#shared/storage/archive/zip-directory.ts';
import { ArchiveError } from '#shared/storage/storage-errors.ts';
import type { SourceFile } from './convert-task.ts';
import { TableError } from './table-error.ts';

export interface Sheet {
  sheet: string;
  data: unknown[][];
}

/** Sheets are read as a whole: unpacked they are some ten times as large as the file. */
const UNPACKED = 128 * 1024 * 1024;

/** Names are all that is checked: nothing of it is unpacked by us. */
const LIMITS: Limits = {
  maxBytes: Number.POSITIVE_INFINITY,
  maxMembers: 100_000,
  maxNameBytes: 16 * 1024 * 1024,
  maxRatio: Number.POSITIVE_INFINITY,
  announcedBytes: null,
  names: { byCase: true, byForm: true },
};

/** All sheets of a workbook; of formulas the values that were stored. @throws {TableError} */
export async function readSheets({ path, maxBytes }: SourceFile): Promise<Sheet[]> {
  const bytes = await unpackedBytes(path);
  const most = Math.min(UNPACKED, maxBytes);
  if (bytes > most)
    throw new TableError('too-large', `The workbook has ${bytes} bytes unpacked, more than ${most}.`);
  return (await readXlsxFile(path, { trim: false })) as unknown as Sheet[];
}

/** As the archive's directory says, before anything is unpacked. */
async function unpackedBytes(path: string): Promise<number> {
  const { size } = await stat(path);
  if (size === 0) throw new TableError('not-a-table', 'The file is empty.');
  const file = await open(path);
  try {
    const members = await readZipDirectory(file, await findDirectory(file, size), {
      fileSize: size,
      limits: LIMITS,
    });
    return members.reduce((bytes, member) => bytes + member.size, 0);
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    throw new TableError('unreadable', `The workbook is damaged: ${error.message}.`);
  } finally {
    await file.close();
  }
}
