import type { SummedFile } from './sum-zip.ts';
import type { SentError } from './unpack-messages.ts';

/** What a thread that sums up is started with. */
export interface SumTask {
  folder: string;
}

/** As the methods of a `ZipSummer`. */
export type SumRequest =
  | { step: 'contents'; files: SummedFile[] }
  | { step: 'headers'; files: SummedFile[] }
  | { step: 'end' };

/** The sums of contents, or that of the archive at the end. */
export type SumReply = { sums: string[] } | { error: SentError };
