import { defineFunction } from '#shared/http/define-function.ts';
import { contentLocation, etag, json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { knownVersion, mirroredDataset } from '#shared/mirror/find-version.ts';
import { metadataItem, metadataOfVersion } from '#shared/mirror/metadata.ts';
import { VersionParams } from '#shared/mirror/version-params.ts';

export const getVersionMetadata = defineFunction({
  name: 'get-version-metadata',
  method: 'GET',
  path: '/datasets/:id/versions/:version/metadata',
  summary: 'How Kaggle described a dataset when the version was mirrored',
  params: VersionParams,
  responses: { 200: json(metadataItem.schema, { headers: [etag, contentLocation] }) },
  async handle({ params, db }) {
    const dataset = await mirroredDataset(db, params.id);
    const version = await knownVersion(db, dataset, params.version);
    const metadata = await metadataOfVersion(db, dataset, version);
    const headers =
      params.version === 'latest'
        ? { 'content-location': `/datasets/${params.id}/versions/${version.version}/metadata` }
        : {};
    return ok(metadataItem.write(metadata), { etag: metadataItem.etag(metadata), headers });
  },
});
