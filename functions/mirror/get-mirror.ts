import { findMirror } from '#shared/data/mirrors.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { notFound } from '#shared/http/problems.ts';
import { etag, json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { mirroredDataset } from '#shared/mirror/find-version.ts';
import { mirrorItem } from '#shared/mirror/mirror-item.ts';

export const getMirror = defineFunction({
  name: 'get-mirror',
  method: 'GET',
  path: '/datasets/:id/mirror',
  summary: 'State of the mirror of a dataset',
  params: DatasetParams,
  responses: { 200: json(mirrorItem.schema, { headers: [etag] }) },
  async handle({ params, db }) {
    const { mirror_ref } = await mirroredDataset(db, params.id);
    const mirror = (await findMirror(db, mirror_ref)) ?? notFound('mirror', mirror_ref);
    return ok(mirrorItem.write(mirror), { etag: mirrorItem.etag(mirror) });
  },
});
