import { beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { FOREIGN, submit } from './forms.ts';

describe.skipIf(!hasDatabase)('the button that starts a sync', () => {
  const database = useDatabase();
  const api = useApi(database);
  const guarded = useApi(database, { AUTH: 'on' });
  beforeAll(async () => {
    const source_url = 'https://www.kaggle.com/datasets/ada/rain';
    await api.post('/datasets', { name: 'Rain', source_url });
    await api.post('/datasets', { name: 'Plain' });
  });

  it('goes on to the sync, the one that waits already included', async () => {
    const { status, headers } = await submit(api, '/ui/datasets/1/syncs');
    expect([status, headers.location]).toEqual([303, '/ui/syncs/1']);
    const page = await api.get('/ui/syncs/1');
    expect(page.text).toContain('Waiting, next in the queue');
    expect(page.text).toContain('data-sync="1"');
    await api.send({ method: 'DELETE', url: '/syncs/1' });
    const { syncs } = (await api.get('/syncs')).json();
    const again = await submit(api, '/ui/datasets/1/syncs');
    const [newest] = (await api.get('/syncs')).json().syncs;
    expect(newest.id).toBeGreaterThan(syncs[0].id);
    expect(again.headers.location).toBe(`/ui/syncs/${newest.id}`);
  });

  it('is for mirrored datasets, and those who may write', async () => {
    expect((await submit(api, '/ui/datasets/2/syncs')).status).toBe(404);
    expect((await submit(api, '/ui/datasets/9/syncs')).status).toBe(404);
    expect((await submit(guarded, '/ui/datasets/1/syncs')).status).toBe(401);
    expect((await guarded.get('/ui/datasets/1')).text).not.toContain('<form method="post"');
  });

  it('leads back to the page that it is on when it is refused', async () => {
    const back = (referer: string) => submit(guarded, '/ui/datasets/1/syncs', {}, { referer });
    const { text } = await back('http://mirror.test/ui/datasets/1/files?version=1');
    expect(text).toContain('href="/ui/datasets/1/files?version=1">Back<');
    expect((await back('https://evil.test/ui/datasets/1/files')).text).not.toContain('Back');
  });

  it.each(Object.entries(FOREIGN))('is refused from %s', async (_where, headers) => {
    expect((await submit(api, '/ui/datasets/1/syncs', {}, headers)).status).toBe(403);
  });
});
