import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';

describe.skipIf(!hasDatabase)('GET /datasets/:id', () => {
  const api = useApi(useDatabase());

  it('answers 304 without a body to the tag it gave', async () => {
    const { headers } = await api.post('/datasets', { name: 'Cached' });
    const again = await api.get(String(headers.location), { 'if-none-match': `"other", W/${headers.etag}` });
    expect(again).toMatchObject({ status: 304, text: '' });
    expect(again.headers.etag).toBe(headers.etag);
    expect(again.headers['content-type']).toBeUndefined();
  });

  it.each(['0', '-1', '01', '1.0', '2147483648', 'abc', '1e3', '%00'])(
    'has no dataset with the id %s',
    async (id) => {
      const { status, json } = await api.get(`/datasets/${id}`);
      expect(status).toBe(404);
      expect(json()).toMatchObject({ type: '/problems/not-found', status: 404 });
    },
  );

  it('has no dataset that was not made', async () => {
    const { status, json } = await api.get('/datasets/2147483647');
    expect(status).toBe(404);
    expect(json().detail).toBe('There is no dataset 2147483647.');
  });
});
