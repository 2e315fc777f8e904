import { defineFunction } from '#shared/http/define-function.ts';
import {
  acceptRanges,
  bytes,
  contentDisposition,
  contentRange,
  etag,
  json,
  lastModified,
  reprDigest,
} from '#shared/http/responses.ts';
import { text } from '#shared/http/text.ts';
import { googHash, linkedDownload } from '#shared/kaggle-api/linked-download.ts';
import { LinkParams, linkedVersion } from '#shared/kaggle-api/linked-version.ts';
import { ErrorMessage } from '#shared/kaggle-wire/kaggle-errors.ts';
import { fileDownload } from '#shared/mirror/version-downloads.ts';

const FIELDS = [etag, lastModified, acceptRanges, contentDisposition, reprDigest, googHash];

export const getLinkedFile = defineFunction({
  name: 'get-linked-file',
  method: 'GET',
  path: '/:ticket/:owner/:slug/:version/files/*path',
  summary: 'The file that DownloadDataset redirects to',
  params: LinkParams.extend({ path: text(4_096).min(1) }),
  download: true,
  responses: {
    200: bytes('*/*', { headers: FIELDS }),
    206: bytes('*/*', { headers: [...FIELDS, contentRange] }),
    403: json(ErrorMessage),
  },
  async handle(context) {
    const { path, ...place } = context.params;
    return linkedDownload(await fileDownload(await linkedVersion(context, place, path), path, context));
  },
});
