import type { MirrorState } from '#shared/data/mirror-state.ts';
import { json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { kaggleDataset } from '#shared/kaggle-api/find-kaggle-dataset.ts';
import { kaggleOperation } from '#shared/kaggle-api/kaggle-operation.ts';
import { datasetFields } from '#shared/kaggle-api/request-fields.ts';
import { DatasetStatusMessage } from '#shared/kaggle-wire/dataset-messages.ts';

const FAILED = new Set<MirrorState>(['forbidden', 'gone', 'no_space', 'failed']);

export const getKaggleStatus = kaggleOperation({
  name: 'get-kaggle-status',
  method: 'GetDatasetStatus',
  rest: ['/datasets/status/:ownerSlug/:datasetSlug'],
  summary: 'Whether a version of a dataset is here: READY, NOT_YET_PERSISTED or FAILED',
  fields: datasetFields,
  responses: { 200: json(DatasetStatusMessage) },
  async handle(input, { db, isRest }) {
    const { newest, state } = await kaggleDataset(db, input);
    const status = newest !== null ? 'READY' : FAILED.has(state) ? 'FAILED' : 'NOT_YET_PERSISTED';
    // Of old it is a JSON text alone.
    return ok(isRest ? JSON.stringify(status.toLowerCase()) : { status });
  },
});
