import type { FileHandle } from 'node:fs/promises';
import { Problem } from '#shared/http/problems.ts';
import { tableFile } from '#shared/storage/layout.ts';
import { openTable } from '#shared/storage/open-file.ts';
import { VolumeError } from '#shared/storage/storage-errors.ts';
import type { Logger } from '#shared/telemetry/logger.ts';
import type { ReadyTable } from './find-table.ts';
import { QueryStopped } from './query-engine.ts';

interface Place {
  /** `owner/slug` */
  ref: string;
  version: number;
  root: string | null;
  log: Pick<Logger, 'error'>;
}

/** A table's Parquet file on the volume; what the volume lacks is 503, and an alert in the log. */
export function tableVolume({ ref, version, root, log }: Place, { name, bytes }: ReadyTable) {
  const [owner = '', slug = ''] = ref.split('/');
  const lost = (err: unknown): Problem => {
    log.error(
      { err, alert: true, ref, version, table: name },
      'a table on the volume is not what the catalogue says',
    );
    return new Problem(
      'volume-unavailable',
      'The table cannot be read from the data volume. Run the job with --verify to make it again.',
      {
        headers: { 'retry-after': '30' },
      },
    );
  };
  const open = async (): Promise<FileHandle> => {
    if (root === null) throw lost(new Error('KAGGLE_DATA_ROOT is not set'));
    try {
      return await openTable(root, { owner, slug, version }, { name, size: bytes });
    } catch (err) {
      if (!(err instanceof VolumeError)) throw err;
      throw lost(err);
    }
  };
  return {
    /** To be closed by the caller. */
    open,
    /** Its path, once it was seen to be there. */
    async path(): Promise<string> {
      await (await open()).close();
      return tableFile(root ?? '', { owner, slug, version }, name);
    },
    /** An error of a query, or what it means that the file cannot be read by one. */
    failure(error: unknown): unknown {
      return error instanceof Problem || error instanceof QueryStopped || error instanceof VolumeError
        ? error
        : lost(error);
    },
  };
}
