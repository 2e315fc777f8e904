import { defineFunction } from '#shared/http/define-function.ts';
import { download } from '#shared/http/download.ts';
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
import { fileDownload } from '#shared/mirror/version-downloads.ts';
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
    return download(await fileDownload({ ref: dataset.mirror_ref, row }, params.path, { db, volume, log }));
  },
});
