import { ArchiveError, VolumeError } from '#shared/storage/storage-errors.ts';
import type { MemberSums } from './small-member.ts';
import type { ZipMember } from './zip-member.ts';

/** What a thread that unpacks small members is started with. */
export interface UnpackTask {
  /** Descriptor of the archive, which the starter keeps open. */
  archive: number;
  folder: string;
}

/** Members to be unpacked, and what became of them, in their order. */
export type UnpackRequest = ZipMember[];
export type UnpackReply = { sums: MemberSums[] } | { error: SentError };

/** Classes and codes do not survive the way between threads. */
export interface SentError {
  message: string;
  stack: string | undefined;
  kind: ArchiveError['kind'] | null;
  volume: VolumeError['kind'] | null;
  code: string | undefined;
}

export function packError(error: unknown): SentError {
  const { message, stack, code } = error as NodeJS.ErrnoException;
  return {
    message,
    stack,
    code,
    kind: error instanceof ArchiveError ? error.kind : null,
    volume: error instanceof VolumeError ? error.kind : null,
  };
}

export function unpackError({ message, stack, kind, volume, code }: SentError): Error {
  const error =
    kind !== null
      ? new ArchiveError(kind, message)
      : volume !== null
        ? new VolumeError(volume, message)
        : Object.assign(new Error(message), code && { code });
  if (stack !== undefined) error.stack = stack;
  return error;
}
