import { Readable } from 'node:stream';
import { VolumeError } from '#shared/storage/storage-errors.ts';
import { centralHeader, endOfDirectory, localHeader, type ZipFile } from './zip-headers.ts';

/** The files to put in, by path; read anew for each pass over them. */
export type ZipFiles = () => AsyncIterable<ZipFile> | Iterable<ZipFile>;

/** Bytes `start` to before `end`. */
interface Range {
  start: number;
  end: number;
}

type ReadFile = (file: ZipFile, range: Range) => Promise<AsyncIterable<Buffer>>;

type Segment = { bytes: Buffer } | { file: ZipFile };

/** Bytes of the archive. */
export async function zipLength(files: ZipFiles): Promise<number> {
  let length = 0;
  for await (const segment of segments(files)) length += lengthOf(segment);
  return length;
}

/**
 * Bytes `start` to before `end` of an archive that holds the files as they are: the same files give the same
 * bytes, always. Only files that the range touches are read.
 */
export function readZip(files: ZipFiles, range: Range, read: ReadFile): Readable {
  return Readable.from(zipChunks(files, range, read), { objectMode: false });
}

/** As `readZip`, without a stream around it. */
export async function* zipChunks(
  files: ZipFiles,
  { start, end }: Range,
  read: ReadFile,
): AsyncGenerator<Buffer> {
  let position = 0;
  for await (const segment of segments(files)) {
    const from = Math.max(start - position, 0);
    const to = Math.min(end - position, lengthOf(segment));
    position += lengthOf(segment);
    if (from < to) {
      if ('bytes' in segment) yield segment.bytes.subarray(from, to);
      else yield* await read(segment.file, { start: from, end: to });
    }
    if (position >= end) return;
  }
  // Files are read in several passes: their version may have left the catalogue since the first.
  if (position < end) throw new VolumeError('unusable', 'files of the archive are gone');
}

async function* segments(files: ZipFiles): AsyncGenerator<Segment> {
  let offset = 0;
  let count = 0;
  for await (const file of files()) {
    const bytes = localHeader(file);
    yield { bytes };
    yield { file };
    offset += bytes.length + file.size;
    count += 1;
  }
  let at = 0;
  let size = 0;
  for await (const file of files()) {
    const bytes = centralHeader(file, at);
    yield { bytes };
    at += localHeader(file).length + file.size;
    size += bytes.length;
  }
  yield { bytes: endOfDirectory({ count, size, offset }) };
}

function lengthOf(segment: Segment): number {
  return 'bytes' in segment ? segment.bytes.length : segment.file.size;
}
