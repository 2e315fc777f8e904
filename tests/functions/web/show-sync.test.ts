import { describe, expect, it } from 'vitest';
import { useMirroredDataset } from '#tests/functions/mirror/mirrored-dataset.ts';
import { hasDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

describe.skipIf(!hasDatabase)('the page of a sync', () => {
  const set = useMirroredDataset();
  const sql = useSql(set.database);

  it('says how it went, and why it failed', async () => {
    const { text } = await set.api.get('/ui/syncs/1');
    expect(text).toContain('Done');
    expect(text).toContain(`href="/ui${set.path}"`);
    const source_url = 'https://www.kaggle.com/datasets/ada/nowhere';
    await set.api.post('/datasets', { name: 'Lost', source_url });
    await set.mirror.fetch(['--dataset', 'ada/nowhere']);
    const [{ id }] = (await set.api.get('/syncs?state=failed')).json().syncs;
    const failed = await set.api.get(`/ui/syncs/${id}`);
    expect(failed.text).toContain('Dataset not found at Kaggle');
    expect(failed.text).toContain('Retry');
  });

  it('says how many tables of its version are made', async () => {
    expect((await set.api.get('/ui/syncs/1')).text).toContain('<dt>Tables</dt><dd>1 of 1</dd>');
    await sql(`UPDATE tables SET state = 'waiting'`);
    const { text } = await set.api.get('/ui/syncs/1');
    expect(text).toContain('Making tables, 0 of 1');
    expect(text).toContain('data-sync="1" data-state="succeeded"');
  });

  it('is 404 for one that is not there', async () => {
    expect((await set.api.get('/ui/syncs/999')).status).toBe(404);
  });
});
