import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import type { ExtractedFile } from '#shared/storage/extracted-file.ts';
import { readSlice } from '#shared/storage/handle-streams.ts';
import { ArchiveError } from '#shared/storage/storage-errors.ts';
import type { Extraction } from './extract-zip.ts';
import { checkLimits } from './limits.ts';
import { createMemberNames } from './member-names.ts';
import { filePath, memberPath, refusedMember } from './member-path.ts';
import { tarLink, tarName } from './tar-names.ts';

const SMALL = 1 << 20;
/** Names are read as bytes, and made text by us, as what is not UTF-8 would be lost. Tar has not always had a magic number. */
const READING: object = { filenameEncoding: 'latin1', allowUnknownFormat: true };

/** Unpacks a gzipped tar archive (POSIX.1-2017 pax, ustar, GNU, and the one before them). @throws {ArchiveError} */
export async function extractTar({
  file,
  fileSize,
  writer,
  limits,
  signal,
  onFile,
}: Extraction): Promise<ExtractedFile[]> {
  const files = new Map<string, ExtractedFile>();
  const names = createMemberNames(limits);
  const tar = extract(READING);
  let bytes = 0;
  const check = (added: number) => {
    bytes += added;
    checkLimits(limits, { members: files.size + (added === 0 ? 1 : 0), bytes, packed: fileSize });
  };
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        check(chunk.length);
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
      const { header } = entry;
      const name = tarName(header);
      if (isFolder(header, name)) {
        names.addFolder(memberPath(name));
        entry.resume();
        continue;
      }
      check(0);
      const path = filePath(name);
      names.addFile(path);
      if (header.type === 'link') {
        // Two names of one file: here each is a file of its own, as far as there is room.
        const original = files.get(memberPath(tarLink(header)));
        if (original === undefined) throw refusedMember(name, 'which is a link or a device');
        check(original.size);
        files.set(path, await writer.copy(original, path));
        entry.resume();
      } else {
        const size = header.size ?? 0;
        const content =
          size <= SMALL ? await collect(entry, size) : (entry as unknown as NodeJS.ReadableStream);
        files.set(path, await writer.write(path, content, { size, crc32: null, signal }));
      }
      onFile(files.get(path)?.size ?? 0);
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
  return [...files.values()];
}

/** Of files and folders; others are refused. */
function isFolder({ type, pax }: Header, name: string): boolean {
  if (type === 'directory') return true;
  if (
    type === null ||
    type === undefined ||
    Object.keys(pax ?? {}).some((key) => key.startsWith('GNU.sparse.'))
  )
    throw refusedMember(name, 'which is a sparse file, or of a type that is not read here');
  if (type !== 'file' && type !== 'contiguous-file' && type !== 'link')
    throw refusedMember(name, 'which is a link or a device');
  // As it was before there was a type for folders.
  return name.endsWith('/');
}

async function collect(entry: AsyncIterable<unknown>, size: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of entry) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks, size);
}

const CODES = new Set(['Z_DATA_ERROR', 'Z_BUF_ERROR', 'ERR_STREAM_PREMATURE_CLOSE']);
const MESSAGES = /tar header|Invalid header|Header exceeds max size|Unexpected end of data/i;

function toArchiveError(cause: unknown): unknown {
  const { code, message } = cause as Error & { code?: string };
  const damaged = CODES.has(code ?? '') || MESSAGES.test(message);
  return damaged ? new ArchiveError('damaged', `the archive cannot be read: ${message}`, { cause }) : cause;
}
