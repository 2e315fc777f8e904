import * as z from 'zod';
import { defineFunction } from '#shared/http/define-function.ts';
import { json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { kaggleDataset, kaggleVersion } from '#shared/kaggle-api/find-kaggle-dataset.ts';
import { orPulled } from '#shared/kaggle-api/pull-through.ts';
import { versionFields } from '#shared/kaggle-api/request-fields.ts';
import { ErrorMessage } from '#shared/kaggle-wire/kaggle-errors.ts';

/** Seconds: kagglehub gives up after thirty. */
const PATIENCE = 25;
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
  handle(context) {
    const { body, db, pulls, volume } = context;
    const { OwnerSlug: ownerSlug, DatasetSlug: datasetSlug, VersionNumber } = body.datasetRef;
    const wanted = { ownerSlug, datasetSlug, datasetVersionNumber: VersionNumber };
    const attach = async () => {
      const dataset = await kaggleDataset(db, wanted);
      const { id, version } = await kaggleVersion(db, dataset, VersionNumber);
      volume.use(id);
      const mountSlug = `datasets/${dataset.ref}/versions/${version}`;
      return ok({ wasSuccessful: true, result: { mountSlug, versionNumber: version } });
    };
    return orPulled(context, wanted, attach, Math.min(pulls?.longestWait ?? 0, PATIENCE));
  },
});
