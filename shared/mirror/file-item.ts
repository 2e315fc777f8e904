import { FileRow } from '#shared/data/files.ts';
import { type Representation, represent } from '#shared/http/representation.ts';

/** A file as the API shows it. */
export const fileItem: Representation<FileRow> = {
  ...represent<FileRow>(
    FileRow.omit({ crc32: true, md5: true }).meta({ id: 'File' }),
    ({ crc32: _, md5: __, ...shown }) => shown,
  ),
  etag: ({ path, sha256 }) => `${path} ${sha256}`,
};
