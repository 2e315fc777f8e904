import * as z from 'zod';
import { defineFunction } from '#shared/http/define-function.ts';
import { json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { kaggleDataset, kaggleVersion } from '#shared/kaggle-api/find-kaggle-dataset.ts';
import { versionFields } from '#shared/kaggle-api/request-fields.ts';
import { ErrorMessage } from '#shared/kaggle-wire/kaggle-errors.ts';

const { ownerSlug, datasetSlug, datasetVersionNumber } = versionFields;

export const attachDataset = defineFunction({
  name: 'attach-dataset',
  method: 'POST',
  path: '/AttachDatasourceUsingJwtRequest',
  summary: 'Where a version is on the volume, for kagglehub where the volume is mounted',
  query: z.looseObject({}),
  body: z.looseObject({
    datasetRef: z.looseObject({
      OwnerSlug: ownerSlug,
      DatasetSlug: datasetSlug,
      VersionNumber: datasetVersionNumber,
    }),
  }),
  responses: {
    200: json(
      z.object({
        wasSuccessful: z.literal(true),
        result: z.object({ mountSlug: z.string(), versionNumber: z.int() }),
      }),
    ),
    404: json(ErrorMessage),
  },
  async handle({ body, db }) {
    const { OwnerSlug, DatasetSlug, VersionNumber } = body.datasetRef;
    const dataset = await kaggleDataset(db, { ownerSlug: OwnerSlug, datasetSlug: DatasetSlug });
    const { version } = await kaggleVersion(db, dataset, VersionNumber);
    const mountSlug = `datasets/${dataset.ref}/versions/${version}`;
    return ok({ wasSuccessful: true, result: { mountSlug, versionNumber: version } });
  },
});
