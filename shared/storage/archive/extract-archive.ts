import { mkdir, open, rm } from 'node:fs/promises';
import type { ExtractedFile } from '#shared/storage/extracted-file.ts';
import { flushTree } from '#shared/storage/flush-tree.ts';
import { ArchiveError, toVolumeError } from '#shared/storage/storage-errors.ts';
import { together } from '#shared/storage/together.ts';
import { extractTar } from './extract-tar.ts';
import { extractZip } from './extract-zip.ts';
import type { Limits } from './limits.ts';
import { sumArchive } from './sum-archive.ts';
import { createMemberWriter } from './write-member.ts';

const GZIP = 0x1f8b;

interface Options {
  archive: string;
  /** Made anew: whatever is there goes first. */
  into: string;
  limits: Limits;
  signal: AbortSignal;
  onFile: (bytes: number) => void;
}

export interface Unpacked {
  /** By path, by code point. */
  files: ExtractedFile[];
  /** Of the zip of all files, in base64. */
  archiveMd5: string;
}

/**
 * Unpacks a tar.gz archive, known by its first bytes, or a zip archive, known by its last ones. All files, and their folders, are on disk
 * when it resolves.
 * @throws {ArchiveError} for an archive that is damaged or hostile; nothing of it is left
 * @throws {VolumeError} when the volume is full
 */
export async function extractArchive({ archive, into, limits, signal, onFile }: Options): Promise<Unpacked> {
  const file = await open(archive, 'r');
  try {
    await rm(into, { recursive: true, force: true });
    await mkdir(into, { recursive: true });
    const { size: fileSize } = await file.stat();
    const writer = createMemberWriter(into);
    const unpack = await formatOf(file);
    const files = await unpack({ file, fileSize, folder: into, writer, limits, signal, onFile });
    const sorted = byPath(files);
    const [{ archive: archiveMd5 }] = await together(signal, [
      (either) => sumArchive(into, sorted, either),
      () => flushTree(into, sorted),
    ]);
    return { files: sorted, archiveMd5 };
  } catch (error) {
    // What made it fail is what is to be told.
    await rm(into, { recursive: true, force: true }).catch(() => {});
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new ArchiveError('refused', 'the archive has names that the volume does not tell apart', {
        cause: error,
      });
    throw toVolumeError(error);
  } finally {
    await file.close();
  }
}

async function formatOf(file: Awaited<ReturnType<typeof open>>) {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
  return bytesRead === 2 && buffer.readUInt16BE(0) === GZIP ? extractTar : extractZip;
}

const SURROGATE = /[\ud800-\udfff]/;

function byPath(files: ExtractedFile[]): ExtractedFile[] {
  // Only where there are surrogates do code points have another order than UTF-16.
  if (files.some(({ path }) => SURROGATE.test(path)))
    return files.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
