import type { FileHandle } from 'node:fs/promises';
import { Problem } from '#shared/http/problems.ts';
import { VolumeError } from '#shared/storage/errors.ts';
import { openPublished } from '#shared/storage/open-file.ts';
import type { Logger } from '#shared/telemetry/logger.ts';

interface Place {
  /** `owner/slug` */
  ref: string;
  version: number;
  dataRoot: string | null;
  log: Pick<Logger, 'error'>;
}

/** Opens files of a version; what the volume lacks is 503, and an alert in the log. */
export function volumeOf({ ref, version, dataRoot, log }: Place) {
  const [owner = '', slug = ''] = ref.split('/');
  return async (file: { path: string; size: number }): Promise<FileHandle> => {
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
