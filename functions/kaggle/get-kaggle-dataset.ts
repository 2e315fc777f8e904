import { json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { datasetMessage } from '#shared/kaggle-api/dataset-message.ts';
import { kaggleDataset } from '#shared/kaggle-api/find-kaggle-dataset.ts';
import { kaggleOperation } from '#shared/kaggle-api/kaggle-operation.ts';
import { datasetFields } from '#shared/kaggle-api/request-fields.ts';
import { DatasetMessage } from '#shared/kaggle-wire/dataset-messages.ts';
import { toRestDataset } from '#shared/kaggle-wire/rest-dataset.ts';

export const getKaggleDataset = kaggleOperation({
  name: 'get-kaggle-dataset',
  method: 'GetDataset',
  rest: ['/datasets/view/:ownerSlug/:datasetSlug'],
  summary: 'A dataset in the words of Kaggle, with its newest version here',
  fields: datasetFields,
  responses: { 200: json(DatasetMessage) },
  pulls: true,
  async handle(input, { db, isRest }) {
    const message = await datasetMessage(db, await kaggleDataset(db, input));
    return ok(isRest ? toRestDataset(message) : message);
  },
});
