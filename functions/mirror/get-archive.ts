import { defineFunction } from '#shared/http/define-function.ts';
import { download } from '#shared/http/download.ts';
import {
  acceptRanges,
  bytes,
  contentDisposition,
  contentRange,
  etag,
  lastModified,
} from '#shared/http/responses.ts';
import { mirroredDataset, readyVersion } from '#shared/mirror/find-version.ts';
import { archiveDownload } from '#shared/mirror/version-downloads.ts';
import { VersionParams } from '#shared/mirror/version-params.ts';

const FIELDS = [etag, lastModified, acceptRanges, contentDisposition];

export const getArchive = defineFunction({
  name: 'get-archive',
  method: 'GET',
  path: '/datasets/:id/versions/:version/archive',
  summary: 'All files in one zip with the same bytes each time',
  params: VersionParams,
  download: true,
  responses: {
    200: bytes('application/zip', { headers: FIELDS }),
    206: bytes('application/zip', { headers: [...FIELDS, contentRange] }),
  },
  async handle({ params, db, volume, log }) {
    const dataset = await mirroredDataset(db, params.id);
    const row = await readyVersion(db, dataset, params.version);
    return download(await archiveDownload({ ref: dataset.mirror_ref, row }, { db, volume, log }));
  },
});
