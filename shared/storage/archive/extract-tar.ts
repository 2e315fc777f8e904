import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { ArchiveError } from '#shared/storage/errors.ts';
import type { ExtractedFile } from '#shared/storage/extracted-file.ts';
import { readSlice } from '#shared/storage/handle-streams.ts';
import type { Extraction } from './extract-zip.ts';
import { checkLimits } from './limits.ts';
import { createNameCheck, folderName, memberPath } from './member-path.ts';

/** Formats' own entries, which stand for no file. */
const SILENT = new Set(['directory', 'pax-header', 'pax-global-header', 'gnu-long-path']);
const SMALL = 1 << 20;

/** Unpacks a gzipped tar archive (POSIX.1-2017 pax, ustar, GNU). @throws {ArchiveError} */
export async function extractTar({
  file,
  fileSize,
  writer,
  limits,
  signal,
  onFile,
}: Extraction): Promise<ExtractedFile[]> {
  const files: ExtractedFile[] = [];
  const checkName = createNameCheck();
  const tar = extract();
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      try {
        checkLimits(limits, { members: files.length, bytes, packed: fileSize });
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
  });
  const source = readSlice(file, { start: 0, end: fileSize });
  const reading = pipeline(source, createGunzip({ chunkSize: 1 << 18 }), count, tar, { signal });
  const writing = (async () => {
    for await (const entry of tar) {
      const size = checkType(entry.header);
      if (size === null) {
        entry.resume();
        continue;
      }
      checkLimits(limits, { members: files.length + 1, bytes, packed: fileSize });
      const path = memberPath(entry.header.name);
      checkName(path);
      const content =
        size <= SMALL ? await collect(entry, size) : (entry as unknown as NodeJS.ReadableStream);
      files.push(await writer.write(path, content, { size, crc32: null, signal }));
      onFile(size);
    }
  })();
  const results = await Promise.allSettled([
    reading,
    writing.catch((error) => {
      tar.destroy(error);
      throw error;
    }),
  ]);
  for (const result of results.toReversed())
    if (result.status === 'rejected') throw toArchiveError(result.reason);
  return files;
}

/** The size of a file, null for what is none; links and devices are refused. */
function checkType({ name, type, size }: Header): number | null {
  if (type && SILENT.has(type)) {
    if (type === 'directory' && folderName(name) !== '.') memberPath(folderName(name) || '/');
    return null;
  }
  if (type !== 'file' && type !== 'contiguous-file')
    throw new ArchiveError(
      'refused',
      `the archive has a member ${JSON.stringify(name.slice(0, 200))}, which is a link or a device`,
    );
  return size ?? 0;
}

async function collect(entry: AsyncIterable<unknown>, size: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of entry) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks, size);
}

const CODES = new Set(['Z_DATA_ERROR', 'Z_BUF_ERROR', 'ERR_STREAM_PREMATURE_CLOSE']);

function toArchiveError(cause: unknown): unknown {
  const { code, message } = cause as Error & { code?: string };
  const damaged = CODES.has(code ?? '') || /tar header|Unexpected end of data/i.test(message);
  return damaged ? new ArchiveError('damaged', `the archive cannot be read: ${message}`, { cause }) : cause;
}
