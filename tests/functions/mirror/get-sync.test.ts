import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';
import { useMirroredDataset } from './mirrored-dataset.ts';

describe.skipIf(!hasDatabase)('GET /syncs/:id', () => {
  const dataset = useMirroredDataset();
  const { api } = dataset;
  const sql = useSql(dataset.database);
  const newest = async () => (await api.get('/syncs?limit=1')).json().syncs[0];

  it('gives a sync as it was given to who asked for it', async () => {
    const sync = (await api.post(`${dataset.path}/syncs`, undefined)).json();
    expect((await api.get(`/syncs/${sync.id}`)).json()).toEqual(sync);
    expect(sync.tables).toBeNull();
  });

  it('counts the tables of the version that it brought, and its ETag follows them', async () => {
    const [{ id } = {}] = await sql('SELECT id FROM syncs WHERE version_id = (SELECT max(id) FROM versions)');
    const counts = [];
    const tags = new Set();
    for (const state of ['waiting', 'converting', 'failed', 'ready']) {
      await sql(`UPDATE tables SET state = '${state}' WHERE version_id = (SELECT max(id) FROM versions)`);
      const { headers, json } = await api.get(`/syncs/${id}`);
      counts.push(json().tables);
      tags.add(headers.etag);
    }
    const [none, all] = [0, 1].map((done) => ({ done, total: 1 }));
    expect(counts).toEqual([none, none, all, all]);
    expect(tags.size).toBe(2);
  });

  it('counts none for a sync that found nothing new', async () => {
    await dataset.mirror.fetch(['--dataset', 'ada/set']);
    expect(await newest()).toMatchObject({ state: 'succeeded', tables: null });
  }, 60_000);
});
