import { knownVersion, mirroredDataset } from '#functions/mirrored.ts';
import { presentVersion, Version } from '#shared/data/versions.ts';
import { contentEtag } from '#shared/http/content-etag.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { ok } from '#shared/http/results.ts';
import { VersionParams } from '#shared/http/version-params.ts';

export const getVersion = defineFunction({
  name: 'get-version',
  method: 'GET',
  path: '/datasets/:id/versions/:version',
  summary: 'One version; `latest` is the pinned one, or the newest that is ready',
  params: VersionParams,
  responses: { 200: Version },
  async handle({ params, db }) {
    const row = await knownVersion(db, await mirroredDataset(db, params.id), params.version);
    const headers =
      params.version === 'latest'
        ? { 'content-location': `/datasets/${params.id}/versions/${row.version}` }
        : {};
    return ok(presentVersion(row), { etag: contentEtag(row), headers });
  },
});
