import { mirroredDataset } from '#functions/mirrored.ts';
import { findMirror, Mirror } from '#shared/data/mirrors.ts';
import { contentEtag } from '#shared/http/content-etag.ts';
import { DatasetParams } from '#shared/http/dataset.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { notFound } from '#shared/http/problems.ts';
import { ok } from '#shared/http/results.ts';

export const getMirror = defineFunction({
  name: 'get-mirror',
  method: 'GET',
  path: '/datasets/:id/mirror',
  summary: 'How the mirror of a dataset is doing',
  params: DatasetParams,
  responses: { 200: Mirror },
  async handle({ params, db }) {
    const { mirror_ref } = await mirroredDataset(db, params.id);
    const mirror = (await findMirror(db, mirror_ref)) ?? notFound('mirror', mirror_ref);
    return ok(mirror, { etag: contentEtag(mirror) });
  },
});
