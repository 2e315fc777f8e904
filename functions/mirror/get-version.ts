import { defineFunction } from '#shared/http/define-function.ts';
import { contentLocation, etag, json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { knownVersion, mirroredDataset } from '#shared/mirror/find-version.ts';
import { versionItem } from '#shared/mirror/version-item.ts';
import { VersionParams } from '#shared/mirror/version-params.ts';

export const getVersion = defineFunction({
  name: 'get-version',
  method: 'GET',
  path: '/datasets/:id/versions/:version',
  summary: 'One version. `latest` is the pinned version, or the newest that is ready',
  params: VersionParams,
  responses: { 200: json(versionItem.schema, { headers: [etag, contentLocation] }) },
  async handle({ params, db }) {
    const row = await knownVersion(db, await mirroredDataset(db, params.id), params.version);
    const headers =
      params.version === 'latest'
        ? { 'content-location': `/datasets/${params.id}/versions/${row.version}` }
        : {};
    return ok(versionItem.write(row), { etag: versionItem.etag(row), headers });
  },
});
