import { stat } from 'node:fs/promises';
import readXlsxFile from 'read-excel-file/node';
import { open as openZip } from 'yauzl';
import type { SourceFile } from './convert-task.ts';
import { TableError } from './table-error.ts';

export interface Sheet {
  sheet: string;
  data: unknown[][];
}

/** Sheets are read as a whole: unpacked they are some ten times as large as the file. */
const UNPACKED = 128 * 1024 * 1024;

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
  if ((await stat(path)).size === 0) throw new TableError('not-a-table', 'The file is empty.');
  return new Promise((resolve, reject) => {
    openZip(path, { lazyEntries: true, validateEntrySizes: true }, (error, zip) => {
      if (error)
        return reject(new TableError('unreadable', `The workbook is no zip archive: ${error.message}.`));
      let bytes = 0;
      zip.on('entry', ({ uncompressedSize }) => {
        bytes += uncompressedSize;
        zip.readEntry();
      });
      zip.once('end', () => resolve(bytes));
      zip.once('error', (cause) =>
        reject(new TableError('unreadable', `The workbook is damaged: ${cause.message}.`)),
      );
      zip.readEntry();
    });
  });
}
