import { defineFunction } from '#shared/http/define-function.ts';
import { contentLocation, etag } from '#shared/http/responses.ts';
import { croissantContent, respondWithCroissant } from '#shared/mirror/describe/respond-croissant.ts';
import { mirroredDataset, readyVersion } from '#shared/mirror/find-version.ts';
import { VersionParams } from '#shared/mirror/version-params.ts';

export const getVersionCroissant = defineFunction({
  name: 'get-version-croissant',
  method: 'GET',
  path: '/datasets/:id/versions/:version/croissant',
  summary: 'A version in Croissant 1.1, for loaders of machine learning',
  params: VersionParams,
  responses: { 200: { content: croissantContent, headers: [etag, contentLocation] } },
  async handle({ params, db, origin, tables }) {
    const dataset = await mirroredDataset(db, params.id);
    const version = await readyVersion(db, dataset, params.version);
    return respondWithCroissant(db, dataset, version, {
      base: origin,
      tables: tables.enabled,
      isLatest: params.version === 'latest',
    });
  },
});
