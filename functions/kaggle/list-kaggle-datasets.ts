import { searchKaggleDatasets } from '#shared/data/kaggle-search.ts';
import { json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { summaryMessage } from '#shared/kaggle-api/dataset-message.ts';
import { kaggleOperation } from '#shared/kaggle-api/kaggle-operation.ts';
import { searchFields } from '#shared/kaggle-api/request-fields.ts';
import { listToken, searchFilters } from '#shared/kaggle-api/search-filters.ts';
import { DatasetListMessage } from '#shared/kaggle-wire/dataset-messages.ts';
import { toRestDataset } from '#shared/kaggle-wire/rest-dataset.ts';

export const listKaggleDatasets = kaggleOperation({
  name: 'list-kaggle-datasets',
  method: 'ListDatasets',
  rest: ['/datasets/list'],
  summary: 'The datasets that are here, 20 to 200 on a page',
  fields: searchFields,
  responses: { 200: json(DatasetListMessage) },
  async handle(input, { db, isRest }) {
    const search = searchFilters(input);
    const rows = search === null ? [] : await searchKaggleDatasets(db, search);
    const datasets = rows.slice(0, input.pageSize).map(summaryMessage);
    if (isRest) return ok(datasets.map(toRestDataset));
    const more = search !== null && rows.length > datasets.length;
    const message: DatasetListMessage = {
      datasets,
      nextPageToken: more ? listToken(search.offset + datasets.length) : null,
    };
    return ok(message);
  },
});
