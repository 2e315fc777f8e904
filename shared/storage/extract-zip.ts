import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { createInflateRaw, inflateRaw, inflateRawSync } from 'node:zlib';
import { ArchiveError } from './errors.ts';
import { readSlice } from './handle-streams.ts';
import type { Limits } from './limits.ts';
import type { ExtractedFile, MemberWriter } from './write-member.ts';
import { readZipDirectory, type ZipMember } from './zip-directory.ts';

export interface Extraction {
  file: FileHandle;
  fileSize: number;
  writer: MemberWriter;
  limits: Limits;
  signal: AbortSignal;
  /** Bytes of each file as it is done. */
  onFile: (bytes: number) => void;
}

/** Members up to this size are read, unpacked and written in one piece each. */
const SMALL = 1 << 20;
/** Below this a thread of its own costs more than the work. */
const TINY = 1 << 16;
/** Enough to keep the disk's flushes company; each holds two pieces at most. */
const CONCURRENCY = 8;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_HEADER = 30;
/** Room for the extra fields of most local headers, whose length only they tell. */
const EXTRA = 64;

const inflate = promisify(inflateRaw);

/** Unpacks a zip archive (APPNOTE 6.3.10: stored and deflated members, Zip64). @throws {ArchiveError} */
export async function extractZip({
  file,
  fileSize,
  writer,
  limits,
  signal,
  onFile,
}: Extraction): Promise<ExtractedFile[]> {
  const members = await readZipDirectory(file, fileSize, limits);
  const files: ExtractedFile[] = [];
  const queue = members.values();
  const work = async () => {
    for (const member of queue) {
      signal.throwIfAborted();
      const content = await open(file, member);
      files.push(await writer.write(member.path, content, { ...member, signal }));
      onFile(member.size);
    }
  };
  const results = await Promise.allSettled(
    Array.from({ length: CONCURRENCY }, () => work().catch(stopQueue(queue))),
  );
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return files;
}

/** The first error ends the others' work too. */
function stopQueue(queue: ArrayIterator<ZipMember>): (error: unknown) => never {
  return (error) => {
    for (const _rest of queue);
    throw error;
  };
}

async function open(file: FileHandle, member: ZipMember): Promise<Buffer | NodeJS.ReadableStream> {
  const small = member.packed <= SMALL && member.size <= SMALL;
  const head = read(file, member.offset, member.headerSize + EXTRA + (small ? member.packed : 0));
  if (head.length < LOCAL_HEADER || head.readUInt32LE(0) !== LOCAL_SIGNATURE)
    throw new ArchiveError('damaged', `the archive has nothing where ${member.path} should be`);
  const skip = LOCAL_HEADER + head.readUInt16LE(26) + head.readUInt16LE(28);
  const start = member.offset + skip;
  if (!small) return stream(file, member, start);
  const fits = skip + member.packed <= head.length;
  const packed = fits ? head.subarray(skip, skip + member.packed) : read(file, start, member.packed);
  if (packed.length < member.packed)
    throw new ArchiveError('damaged', `the archive ends within ${member.path}`);
  if (!member.deflated) return packed;
  const options = { maxOutputLength: Math.max(1, member.size) };
  if (member.size > TINY) return inflate(packed, options).catch(damaged(member));
  try {
    return inflateRawSync(packed, options);
  } catch (cause) {
    return damaged(member)(cause);
  }
}

function stream(file: FileHandle, member: ZipMember, start: number): NodeJS.ReadableStream {
  const source = readSlice(file, { start, end: start + member.packed });
  if (!member.deflated) return source;
  const inflater = createInflateRaw({ chunkSize: 1 << 18 });
  source.on('error', (error) => inflater.destroy(error));
  inflater.on('close', () => source.destroy());
  return source.pipe(inflater);
}

/** The archive was written just now and is in memory: waiting for a thread would take longer than the read. */
function read(file: FileHandle, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  return buffer.subarray(0, readSync(file.fd, buffer, 0, length, position));
}

function damaged(member: ZipMember): (cause: unknown) => never {
  return (cause) => {
    throw new ArchiveError('damaged', `${member.path} cannot be unpacked`, { cause });
  };
}
