import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { Problem } from '#shared/http/problems.ts';
import { readSlice } from '#shared/storage/handle-streams.ts';
import { openPublished } from '#shared/storage/open-file.ts';
import { VolumeError } from '#shared/storage/storage-errors.ts';
import type { Logger } from '#shared/telemetry/logger.ts';

interface Place {
  /** `owner/slug` */
  ref: string;
  version: number;
  dataRoot: string | null;
  log: Pick<Logger, 'error'>;
}

interface File {
  path: string;
  size: number;
}

/** Files of a version; what the volume lacks is 503, and an alert in the log. */
export function volumeOf({ ref, version, dataRoot, log }: Place) {
  const [owner = '', slug = ''] = ref.split('/');
  const open = async (file: File): Promise<FileHandle> => {
    if (dataRoot === null) throw unavailable();
    try {
      return await openPublished(dataRoot, { owner, slug, version }, file);
    } catch (err) {
      if (!(err instanceof VolumeError)) throw err;
      log.error(
        { err, alert: true, ref, version, path: file.path },
        'a file of the catalogue is missing or different on the volume',
      );
      throw unavailable();
    }
  };
  return {
    open,
    /** From byte `start` to before `end`. The stream that breaks off is in the log too: its client can be told nothing. */
    async read(file: File, range: { start: number; end: number }): Promise<Readable> {
      return readSlice(await open(file), {
        ...range,
        autoClose: true,
        explain(err) {
          log.error(
            { err, alert: true, ref, version, path: file.path },
            'a download broke off: the volume does not give a file to its end',
          );
          return unavailable();
        },
      });
    },
  };
}

function unavailable(): Problem {
  return new Problem(
    'volume-unavailable',
    'The file cannot currently be read from the data volume. Retry later.',
    {
      headers: { 'retry-after': '30' },
    },
  );
}
