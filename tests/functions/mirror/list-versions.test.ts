import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { useMirroredDataset } from './mirrored-dataset.ts';

describe.skipIf(!hasDatabase)('GET /datasets/:id/versions', () => {
  const dataset = useMirroredDataset();
  const { api } = dataset;

  it('lists its versions, newest first, page by page', async () => {
    const whole = (await api.get(`${dataset.path}/versions`)).json();
    expect(whole.versions.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
    const first = (await api.get(`${dataset.path}/versions?limit=1`)).json();
    const second = (await api.get(`${dataset.path}/versions?limit=1&cursor=${first.next_cursor}`)).json();
    expect([...first.versions, ...second.versions]).toEqual(whole.versions);
    expect(second.next_cursor).toBeNull();
  });
});
