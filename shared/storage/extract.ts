import { mkdir, open, rm } from 'node:fs/promises';
import { ArchiveError, toVolumeError } from './errors.ts';
import { extractTar } from './extract-tar.ts';
import { extractZip } from './extract-zip.ts';
import type { ExtractedFile } from './extracted-file.ts';
import { flushTree } from './flush-tree.ts';
import type { Limits } from './limits.ts';
import { createMemberWriter } from './write-member.ts';

interface Options {
  archive: string;
  /** Made anew: whatever is there goes first. */
  into: string;
  limits: Limits;
  signal: AbortSignal;
  onFile: (bytes: number) => void;
}

/**
 * Unpacks a zip or tar.gz archive, told apart by their first bytes. All files, and their folders, are on disk
 * when it resolves; they come ordered by path, by code point.
 * @throws {ArchiveError} for an archive that is damaged or hostile; nothing of it is left
 * @throws {VolumeError} when the volume is full
 */
export async function extractArchive({
  archive,
  into,
  limits,
  signal,
  onFile,
}: Options): Promise<ExtractedFile[]> {
  const file = await open(archive, 'r');
  try {
    await rm(into, { recursive: true, force: true });
    await mkdir(into, { recursive: true });
    const { size: fileSize } = await file.stat();
    const writer = createMemberWriter(into);
    const unpack = await formatOf(file);
    const files = await unpack({ file, fileSize, folder: into, writer, limits, signal, onFile });
    await flushTree(into, files);
    return files.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  } catch (error) {
    // What made it fail is what is to be told.
    await rm(into, { recursive: true, force: true }).catch(() => {});
    throw toVolumeError(error);
  } finally {
    await file.close();
  }
}

async function formatOf(file: Awaited<ReturnType<typeof open>>) {
  const head = Buffer.alloc(4);
  const { bytesRead } = await file.read(head, 0, 4, 0);
  if (bytesRead === 4 && ['504b0304', '504b0506'].includes(head.toString('hex'))) return extractZip;
  if (bytesRead >= 2 && head.readUInt16BE(0) === 0x1f8b) return extractTar;
  throw new ArchiveError('damaged', 'the downloaded file is neither a zip nor a tar.gz archive');
}
