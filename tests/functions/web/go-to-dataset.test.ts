import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';

describe.skipIf(!hasDatabase)('/ui/d/OWNER/SLUG', () => {
  const api = useApi(useDatabase());
  const register = (path: string) =>
    api.post('/datasets', { name: path, source_url: `https://www.kaggle.com/datasets/${path}` });

  it('goes to the dataset of that name, best to one that pins no version', async () => {
    await register('ada/rain/versions/2');
    expect((await api.get('/ui/d/Ada/Rain')).headers.location).toBe('/ui/datasets/1');
    await register('ada/rain');
    const { status, headers } = await api.get('/ui/d/Ada/Rain');
    expect([status, headers.location]).toEqual([303, '/ui/datasets/2']);
    expect((await api.get('/ui/d/ada/snow')).status).toBe(404);
  });
});
