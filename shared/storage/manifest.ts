import { hash } from 'node:crypto';
import { dirname } from 'node:path';
import { makeFolder, readIfThere, writeDurably } from './durable.ts';
import type { ExtractedFile } from './extracted-file.ts';
import { sumLine } from './sha256sums.ts';

/** What was published of a version, beside it on the volume: with it the catalogue can be made again. */
export interface Manifest {
  totalBytes: number;
  /** Over the lines of SHA256SUMS: 64 hexadecimal digits. */
  treeSha256: string;
  /** md5 of the zip of all files, in base64; null in a manifest that was written before these sums were kept. */
  archiveMd5: string | null;
  /** By path, by code point. */
  files: ExtractedFile[];
}

export function toManifest({ files, archiveMd5 }: Pick<Manifest, 'files' | 'archiveMd5'>): Manifest {
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  return { totalBytes, treeSha256: treeSha256(files), archiveMd5, files };
}

/** Over the lines of SHA256SUMS. */
export function treeSha256(files: readonly Pick<ExtractedFile, 'path' | 'sha256'>[]): string {
  return hash('sha256', files.map(sumLine).join(''));
}

export async function writeManifest(path: string, { files, ...head }: Manifest): Promise<void> {
  await makeFolder(dirname(path));
  await writeDurably(path, lines({ ...head, fileCount: files.length }, files));
}

/** Null when there is none, or it is not whole. */
export async function readManifest(path: string): Promise<Manifest | null> {
  const text = await readIfThere(path);
  if (text === null) return null;
  try {
    const [head, ...files] = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const manifest = toManifest({
      files: files.map((file) => ({ md5: null, ...file })),
      archiveMd5: head.archiveMd5 ?? null,
    });
    return manifest.treeSha256 === head.treeSha256 && files.length === head.fileCount ? manifest : null;
  } catch {
    return null;
  }
}

const LINES_AT_ONCE = 1_000;

function* lines(head: object, files: readonly ExtractedFile[]): Generator<string> {
  yield `${JSON.stringify(head)}\n`;
  for (let at = 0; at < files.length; at += LINES_AT_ONCE)
    yield files
      .slice(at, at + LINES_AT_ONCE)
      .map((file) => `${JSON.stringify(file)}\n`)
      .join('');
}
