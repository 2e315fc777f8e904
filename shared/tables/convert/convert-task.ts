import type { ConvertedTable } from '#shared/data/table-queue.ts';
import type { TableFormat } from '#shared/data/tables.ts';
import type { TableFailure } from './table-error.ts';

/** A file to be looked at by a process of its own. Paths are absolute. */
export interface SourceFile {
  path: string;
  format: TableFormat;
  gzip: boolean;
  /** A folder of this conversion's own, for what is in between. */
  scratch: string;
  /** Bytes of the file when it is unpacked. */
  maxBytes: number;
}

export type ConvertTask = {
  /** The process waits for another task after this one. */
  stays?: boolean;
} & (
  | (SourceFile & {
      kind: 'convert';
      part: string | null;
      /** Where the Parquet file is written, flushed. */
      target: string;
      /** Bytes that it and all in `scratch` may take. */
      room: number;
    })
  | (SourceFile & { kind: 'list-parts' })
);

export type ConvertReply =
  | { converted: ConvertedTable }
  | { parts: string[] }
  | { failure: TableFailure; detail: string };
