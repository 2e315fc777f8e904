import { mirroredDataset, readyVersion } from '#functions/mirrored.ts';
import { volumeOf } from '#functions/volume.ts';
import { findFile } from '#shared/data/files.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { download } from '#shared/http/download.ts';
import { notFound } from '#shared/http/problems.ts';
import { FileParams } from '#shared/http/version-params.ts';

export const getFile = defineFunction({
  name: 'get-file',
  method: 'GET',
  path: '/datasets/:id/versions/:version/files/*path',
  summary: 'A file, or a range of its bytes',
  params: FileParams,
  responses: { 200: null, 206: null },
  async handle({ params, headers, db, dataRoot, holdVersion, log }) {
    const dataset = await mirroredDataset(db, params.id);
    const { id, version, fetched_at } = await readyVersion(db, dataset, params.version);
    const file = (await findFile(db, id, params.path)) ?? notFound('file', params.path);
    const volume = volumeOf({ ref: dataset.mirror_ref, version, dataRoot, log });
    return download({
      headers,
      size: file.size,
      etag: `"${file.sha256}"`,
      lastModified: new Date(fetched_at),
      mediaType: file.media_type,
      name: file.path.slice(file.path.lastIndexOf('/') + 1),
      sha256: file.sha256,
      open: async (range) => holdVersion(id, await volume.read(file, range)),
    });
  },
});
