import { ArchiveError } from './storage-errors.ts';

/** One file of a version. */
export interface ExtractedFile {
  path: string;
  size: number;
  /** 64 hexadecimal digits. */
  sha256: string;
  /** In base64, as HTTP has it; null in a manifest that was written before these sums were kept. */
  md5: string | null;
  /** Unsigned, 32 bits. */
  crc32: number;
}

/** What an archive says of a member; its sum is null when the format has none. */
export interface DeclaredSums {
  size: number;
  crc32: number | null;
}

/** @throws {ArchiveError} when a file is not what its archive says */
export function checkSums(
  { path, ...found }: Pick<ExtractedFile, 'path' | 'size' | 'crc32'>,
  declared: DeclaredSums,
): void {
  if (found.size !== declared.size)
    throw new ArchiveError('damaged', `${path} has ${found.size} bytes instead of ${declared.size}`);
  if (declared.crc32 !== null && found.crc32 !== declared.crc32)
    throw new ArchiveError('damaged', `${path} does not have the checksum that the archive declares`);
}
