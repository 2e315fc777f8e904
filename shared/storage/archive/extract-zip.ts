import type { FileHandle } from 'node:fs/promises';
import { createInflateRaw } from 'node:zlib';
import type { ExtractedFile } from '#shared/storage/extracted-file.ts';
import { readSlice } from '#shared/storage/handle-streams.ts';
import { together } from '#shared/storage/together.ts';
import type { Limits } from './limits.ts';
import { contentOffset, LOCAL_HEADER } from './local-header.ts';
import { isSmall } from './small-member.ts';
import { createUnpacker } from './unpack-small.ts';
import type { MemberWriter } from './write-member.ts';
import { findDirectory, readZipDirectory } from './zip-directory.ts';
import type { ZipMember } from './zip-member.ts';

export interface Extraction {
  file: FileHandle;
  fileSize: number;
  /** Where to; there is nothing in it. */
  folder: string;
  writer: MemberWriter;
  limits: Limits;
  signal: AbortSignal;
  /** Bytes of each file as it is done. */
  onFile: (bytes: number) => void;
}

/** Large members at a time: enough to keep the disk's flushes company; each holds two pieces at most. */
const CONCURRENCY = 8;

/** Unpacks a zip archive (APPNOTE 6.3.10: stored and deflated members, Zip64). @throws {ArchiveError} */
export async function extractZip(extraction: Extraction): Promise<ExtractedFile[]> {
  const { file, fileSize, folder, limits, onFile } = extraction;
  const end = await findDirectory(file, fileSize);
  // While the directory is read, which takes as long as their start.
  await using unpacker = createUnpacker({ archive: file.fd, folder }, end.count);
  const members = await readZipDirectory(file, end, { fileSize, limits });
  const small = members.filter(isSmall);
  const large = members.filter((member) => !isSmall(member));
  const files = await together(extraction.signal, [
    (signal) => unpacker.unpack(small, { signal, onFile }),
    (signal) => unpackLarge({ ...extraction, signal }, large),
  ]);
  return files.flat();
}

async function unpackLarge(
  { file, writer, signal, onFile }: Extraction,
  members: readonly ZipMember[],
): Promise<ExtractedFile[]> {
  const files: ExtractedFile[] = [];
  const queue = members.values();
  const work = async (either: AbortSignal) => {
    for (const member of queue) {
      either.throwIfAborted();
      const content = await stream(file, member);
      files.push(await writer.write(member.path, content, { ...member, signal: either }));
      onFile(member.size);
    }
  };
  await together(signal, Array<typeof work>(CONCURRENCY).fill(work));
  return files;
}

async function stream(file: FileHandle, member: ZipMember): Promise<NodeJS.ReadableStream> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(LOCAL_HEADER), 0, LOCAL_HEADER, member.offset);
  const start = member.offset + contentOffset(buffer.subarray(0, bytesRead), member);
  const source = readSlice(file, { start, end: start + member.packed });
  if (!member.deflated) return source;
  const inflater = createInflateRaw({ chunkSize: 1 << 18 });
  source.on('error', (error) => inflater.destroy(error));
  inflater.on('close', () => source.destroy());
  return source.pipe(inflater);
}
