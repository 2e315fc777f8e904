import { json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { idOf } from '#shared/kaggle-api/dataset-message.ts';
import { kaggleDataset } from '#shared/kaggle-api/find-kaggle-dataset.ts';
import { kaggleOperation } from '#shared/kaggle-api/kaggle-operation.ts';
import { datasetFields } from '#shared/kaggle-api/request-fields.ts';
import { DatasetMetadataMessage } from '#shared/kaggle-wire/dataset-messages.ts';

export const getKaggleMetadata = kaggleOperation({
  name: 'get-kaggle-metadata',
  method: 'GetDatasetMetadata',
  rest: ['/datasets/metadata/:ownerSlug/:datasetSlug'],
  summary: 'The metadata of a dataset, as in dataset-metadata.json',
  fields: datasetFields,
  responses: { 200: json(DatasetMetadataMessage) },
  pulls: true,
  async handle(input, { db }) {
    const row = await kaggleDataset(db, input);
    const { kaggle } = row;
    const message: DatasetMetadataMessage = {
      info: {
        datasetId: idOf(row),
        datasetSlug: row.slug,
        ownerUser: row.owner,
        title: kaggle?.title ?? row.name,
        subtitle: kaggle?.subtitle ?? '',
        description: kaggle?.description ?? row.description ?? '',
        licenses: [{ name: kaggle?.licence ?? row.licence ?? 'unknown' }],
        keywords: kaggle?.keywords ?? [],
        collaborators: (kaggle?.collaborators ?? []).map((username) => ({ username })),
        isPrivate: false,
        usabilityRating: kaggle?.usability ?? 0,
        totalViews: kaggle?.views ?? 0,
        totalVotes: kaggle?.votes ?? 0,
        totalDownloads: kaggle?.downloads ?? 0,
      },
      errorMessage: null,
    };
    return ok(message);
  },
});
