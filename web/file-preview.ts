import { buffer } from 'node:stream/consumers';
import type { FileRow } from '#shared/data/files.ts';
import { tableOfFile } from '#shared/data/tables.ts';
import type { VersionRow } from '#shared/data/versions.ts';
import type { Dependencies } from '#shared/http/dependencies.ts';
import { volumeOf } from '#shared/mirror/open-volume.ts';
import type { Logger } from '#shared/telemetry/logger.ts';
import type { DatasetHead } from './pages/dataset.ts';

const SHOWN = 32 * 1_024;

type Place = Pick<Dependencies, 'db' | 'volume' | 'tables'> & { log: Pick<Logger, 'error'> };

/** How a file begins, where it is text, and the table that is made of it. @throws {Problem} volume-unavailable */
export async function filePreview(
  { db, volume, tables, log }: Place,
  { card }: DatasetHead,
  { id, version }: VersionRow,
  file: FileRow,
): Promise<{ start: string | null; table: string | null }> {
  const disk = volumeOf({ ref: card?.ref ?? '', version, dataRoot: volume.root, log });
  const stream = volume.hold(id, await disk.read(file, { start: 0, end: Math.min(SHOWN, file.size) }));
  return {
    start: textOf(await buffer(stream)),
    table: tables.enabled ? await tableOfFile(db, id, file.path) : null,
  };
}

/** Null for bytes that are no UTF-8, or that no text has. */
function textOf(bytes: Buffer): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return text === '' || /(?!\s)\p{Cc}/u.test(text) ? null : text;
  } catch {
    return null;
  }
}
