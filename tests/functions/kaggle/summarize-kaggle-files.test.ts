import { describe, expect, it } from 'vitest';
import { FilesSummaryMessage } from '#shared/kaggle-wire/dataset-messages.ts';
import { hasDatabase } from '#tests/setup/api.ts';
import { SET, useKaggleMirror } from './kaggle-mirror.ts';

describe.skipIf(!hasDatabase)('GetDatasetFilesSummary', () => {
  const { api, rpc } = useKaggleMirror();

  it('counts the files of a version by extension', async () => {
    const { json } = await rpc('GetDatasetFilesSummary', { ...SET, datasetVersionNumber: 1 });
    expect(FilesSummaryMessage.parse(json()).fileSummaryInfo).toEqual({
      totalFileCount: 8,
      fileTypes: [
        { extension: '.txt', fileCount: 4, totalSize: 25 },
        { extension: '.csv', fileCount: 3, totalSize: 17 },
        { extension: '.json', fileCount: 1, totalSize: 2 },
      ],
    });
    const newest = (await api.get('/api/v1/datasets/files/summary/ada/set')).json();
    expect(newest.fileSummaryInfo.totalFileCount).toBe(7);
  });
});
