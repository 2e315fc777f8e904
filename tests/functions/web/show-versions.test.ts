import { describe, expect, it } from 'vitest';
import { useMirroredDataset } from '#tests/functions/mirror/mirrored-dataset.ts';
import { hasDatabase } from '#tests/setup/api.ts';

describe.skipIf(!hasDatabase)('the versions of a dataset', () => {
  const set = useMirroredDataset();

  it('are listed, newest first, each with what it is compared with', async () => {
    const { status, text } = await set.api.get(`/ui${set.path}/versions`);
    expect(status).toBe(200);
    expect([...text.matchAll(/>Version (\d)<\/a>/g)].map(([, version]) => version)).toEqual(['2', '1']);
    expect(text).toContain(`href="/ui${set.path}/diff?from=1&amp;to=2"`);
    expect((await set.api.get(`/ui${set.path}/versions?before=2`)).text).not.toContain('>Version 2</a>');
  });

  it('say how each differs from the one before it', async () => {
    const { text } = await set.api.get(`/ui${set.path}/versions`);
    const { added, removed, changed } = (await set.api.get(`${set.path}/diff?from=1&to=2`)).json();
    expect([added, removed, changed].map(({ length }) => length)).toEqual([1, 1, 1]);
    expect(text).toContain('+1 file, −1 file, 1 changed · ');
  });

  it('are not there of what is no dataset of Kaggle', async () => {
    const { id } = (await set.api.post('/datasets', { name: 'Plain' })).json();
    for (const tab of ['versions', 'files', 'diff', 'syncs'])
      expect((await set.api.get(`/ui/datasets/${id}/${tab}`)).status, tab).toBe(404);
    const soon = await set.registerSoon();
    expect((await set.api.get(`/ui${soon}/versions`)).text).toContain('No version is here yet');
    expect((await set.api.get(`/ui${soon}/files`)).status).toBe(503);
  });
});
