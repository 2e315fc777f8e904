import { findFile } from '#shared/data/files.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { download } from '#shared/http/download.ts';
import { notFound } from '#shared/http/problems.ts';
import {
  acceptRanges,
  bytes,
  contentDisposition,
  contentRange,
  etag,
  lastModified,
  reprDigest,
} from '#shared/http/responses.ts';
import { mirroredDataset, readyVersion } from '#shared/mirror/find-version.ts';
import { volumeOf } from '#shared/mirror/open-volume.ts';
import { lastModifiedOf } from '#shared/mirror/version-item.ts';
import { FileParams } from '#shared/mirror/version-params.ts';

const FIELDS = [etag, lastModified, acceptRanges, contentDisposition, reprDigest];

export const getFile = defineFunction({
  name: 'get-file',
  method: 'GET',
  path: '/datasets/:id/versions/:version/files/*path',
  summary: 'A file, or a range of its bytes',
  params: FileParams,
  download: true,
  responses: {
    200: bytes('*/*', { headers: FIELDS }),
    206: bytes('*/*', { headers: [...FIELDS, contentRange] }),
  },
  async handle({ params, db, volume, log }) {
    const dataset = await mirroredDataset(db, params.id);
    const row = await readyVersion(db, dataset, params.version);
    const { id, version } = row;
    const file = (await findFile(db, id, params.path)) ?? notFound('file', params.path);
    const disk = volumeOf({ ref: dataset.mirror_ref, version, dataRoot: volume.root, log });
    return download({
      size: file.size,
      etag: `"${file.sha256}"`,
      lastModified: lastModifiedOf(row),
      mediaType: file.media_type,
      name: file.path.slice(file.path.lastIndexOf('/') + 1),
      sha256: file.sha256,
      open: async (range) => volume.hold(id, await disk.read(file, range)),
    });
  },
});
