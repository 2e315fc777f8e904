import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { conditionalWrites, kaggle, useWrites } from './conditional-writes.ts';

describe.skipIf(!hasDatabase)('PUT /datasets/:id', () => {
  const writes = useWrites('PUT');
  const { api, etag, sql, url, write } = writes;

  conditionalWrites(writes, { name: 'x' });

  it('replaces the whole of a dataset', async () => {
    const before = (await api.get(url())).json();
    const { status, headers, json } = await write({ name: ' New ' });
    expect(status).toBe(200);
    expect(json()).toEqual({ ...before, name: 'New', description: null, updated_at: expect.any(String) });
    expect(json().updated_at > before.updated_at).toBe(true);
    expect(headers.etag).not.toBe(etag());
    expect((await api.get(url())).headers.etag).toBe(headers.etag);
  });

  it('refuses a version that cannot be', async () => {
    const source_url = 'https://www.kaggle.com/datasets/ada/set?datasetVersionNumber=0';
    const { status, json } = await write({ name: 'x', source_url });
    expect([status, json().errors]).toMatchObject([400, [{ pointer: '/source_url', code: 'malformed' }]]);
  });

  it('takes no merge patch', async () => {
    const type = { 'content-type': 'application/merge-patch+json' };
    expect((await write({ name: 'x' }, type)).status).toBe(415);
  });

  it('is 404 once it is deleted', async () => {
    expect(await api.send({ method: 'DELETE', url: url() })).toMatchObject({ status: 204 });
    expect((await write({ name: 'x' })).status).toBe(404);
  });

  it('lets exactly one of many writers with the same tag win', async () => {
    const writes = Array.from({ length: 20 }, (_, index) =>
      write({ name: `writer ${index}` }, { 'if-match': etag() }),
    );
    const statuses = (await Promise.all(writes)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 412)).toHaveLength(19);
  });

  it('makes no mirror when nothing is written', async () => {
    await write({ name: 'x', ...kaggle('ada/unwritten') }, { 'if-match': '"x"' });
    expect(await sql(`SELECT FROM mirrors WHERE ref = 'ada/unwritten'`)).toHaveLength(0);
  });
});
