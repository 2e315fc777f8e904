import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { ByteRange } from '#shared/http/byte-range.ts';
import { Problem } from '#shared/http/problems.ts';
import { VolumeError } from '#shared/storage/errors.ts';
import { readSlice } from '#shared/storage/handle-streams.ts';
import { openPublished } from '#shared/storage/open-file.ts';
import type { Logger } from '#shared/telemetry/logger.ts';

interface PublishedFile {
  path: string;
  size: number;
}

interface Place {
  /** `owner/slug` */
  ref: string;
  version: number;
  dataRoot: string | null;
  log: Pick<Logger, 'error'>;
}

/** Opens and reads files of a version; what the volume lacks is 503, and an alert in the log. */
export function volumeOf({ ref, version, dataRoot, log }: Place) {
  const [owner = '', slug = ''] = ref.split('/');
  const lacking = (path: string, err: unknown): Problem => {
    log.error({ err, alert: true, ref, version, path }, 'the volume does not hold what the catalogue says');
    return unavailable();
  };
  const open = async (file: PublishedFile): Promise<FileHandle> => {
    if (dataRoot === null) throw unavailable();
    try {
      return await openPublished(dataRoot, { owner, slug, version }, file);
    } catch (err) {
      throw err instanceof VolumeError ? lacking(file.path, err) : err;
    }
  };
  return {
    /** Fails if it cannot be opened, and does not keep it open. */
    probe: async (file: PublishedFile) => (await open(file)).close(),
    read: async (file: PublishedFile, range: ByteRange): Promise<Readable> =>
      readSlice(await open(file), {
        ...range,
        autoClose: true,
        toError: (err) => lacking(file.path, err),
      }),
  };
}

function unavailable(): Problem {
  return new Problem('volume-unavailable', 'The file cannot be read from the data volume just now.', {
    headers: { 'retry-after': '30' },
  });
}
