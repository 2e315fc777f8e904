import { defineFunction } from '#shared/http/define-function.ts';
import { contentLocation, etag } from '#shared/http/responses.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { croissantContent, respondWithCroissant } from '#shared/mirror/describe/respond-croissant.ts';
import { mirroredDataset, readyVersion } from '#shared/mirror/find-version.ts';

export const getCroissant = defineFunction({
  name: 'get-croissant',
  method: 'GET',
  path: '/datasets/:id/croissant',
  summary: 'The latest version in Croissant 1.1',
  params: DatasetParams,
  responses: { 200: { content: croissantContent, headers: [etag, contentLocation] } },
  async handle({ params, db, origin, tables }) {
    const dataset = await mirroredDataset(db, params.id);
    const version = await readyVersion(db, dataset, 'latest');
    return respondWithCroissant(db, dataset, version, {
      base: origin,
      tables: tables.enabled,
      isLatest: true,
    });
  },
});
