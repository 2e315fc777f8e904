import { defineFunction } from '#shared/http/define-function.ts';
import {
  acceptRanges,
  bytes,
  contentDisposition,
  contentRange,
  etag,
  json,
  lastModified,
} from '#shared/http/responses.ts';
import { googHash, linkedDownload } from '#shared/kaggle-api/linked-download.ts';
import { LinkParams, linkedVersion } from '#shared/kaggle-api/linked-version.ts';
import { ErrorMessage } from '#shared/kaggle-wire/kaggle-errors.ts';
import { archiveDownload } from '#shared/mirror/version-downloads.ts';

const FIELDS = [etag, lastModified, acceptRanges, contentDisposition, googHash];

export const getLinkedArchive = defineFunction({
  name: 'get-linked-archive',
  method: 'GET',
  path: '/:ticket/:owner/:slug/:version/archive.zip',
  summary: 'The archive that DownloadDataset redirects to',
  params: LinkParams,
  download: true,
  responses: {
    200: bytes('application/zip', { headers: FIELDS }),
    206: bytes('application/zip', { headers: [...FIELDS, contentRange] }),
    403: json(ErrorMessage),
  },
  async handle(context) {
    const version = await linkedVersion(context, context.params, null);
    return linkedDownload(await archiveDownload(version, context));
  },
});
