import { removeDataset } from '#shared/data/catalogue.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { unmet } from '#shared/http/preconditions.ts';
import { notFound } from '#shared/http/problems.ts';
import { empty } from '#shared/http/responses.ts';
import { noContent } from '#shared/http/results.ts';
import { admittedVersions, DatasetParams } from '#shared/mirror/dataset.ts';

export const deleteDataset = defineFunction({
  name: 'delete-dataset',
  method: 'DELETE',
  path: '/datasets/:id',
  summary: 'Remove a dataset. A later run of the job removes its files',
  access: 'write',
  conditional: true,
  params: DatasetParams,
  responses: { 204: empty() },
  async handle({ params: { id }, ifMatch, ifNoneMatch, db }) {
    const unwritten = await removeDataset(db, id, admittedVersions({ ifMatch, ifNoneMatch }, id));
    if (unwritten === 'missing') notFound('dataset', id);
    if (unwritten === 'changed') throw unmet({ ifMatch, ifNoneMatch });
    return noContent();
  },
});
