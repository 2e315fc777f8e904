import type { ExtractedFile } from '#shared/storage/extracted-file.ts';
import { ArchiveError } from '#shared/storage/storage-errors.ts';
import type { ZipMember } from './zip-member.ts';

/** What a thread that unpacks small members is started with. */
export interface UnpackTask {
  /** Descriptor of the archive, which the starter keeps open. */
  archive: number;
  folder: string;
}

/** Members to be unpacked, and what became of them, in their order. */
export type UnpackRequest = ZipMember[];
export type UnpackReply = { files: ExtractedFile[] } | { error: SentError };

/** Classes and codes do not survive the way between threads. */
interface SentError {
  message: string;
  stack: string | undefined;
  kind: ArchiveError['kind'] | null;
  code: string | undefined;
}

export function packError(error: unknown): SentError {
  const { message, stack, code } = error as NodeJS.ErrnoException;
  return { message, stack, code, kind: error instanceof ArchiveError ? error.kind : null };
}

export function unpackError({ message, stack, kind, code }: SentError): Error {
  const error =
    kind === null ? Object.assign(new Error(message), code && { code }) : new ArchiveError(kind, message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
