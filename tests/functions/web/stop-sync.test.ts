import { beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { FOREIGN, submit } from './forms.ts';

describe.skipIf(!hasDatabase)('the button that cancels a sync', () => {
  const database = useDatabase();
  const api = useApi(database);
  const guarded = useApi(database, { AUTH: 'on' });
  beforeAll(() =>
    api.post('/datasets', { name: 'Rain', source_url: 'https://www.kaggle.com/datasets/ada/rain' }),
  );
  const stateOf = async () => (await api.get('/syncs/1')).json().state;

  it.each(Object.entries(FOREIGN))('is refused from %s', async (_where, headers) => {
    expect((await submit(api, '/ui/syncs/1/cancel', {}, headers)).status).toBe(403);
    expect(await stateOf()).toBe('queued');
  });

  it('cancels, and shows what has ended already as it is', async () => {
    expect((await submit(guarded, '/ui/syncs/1/cancel')).status).toBe(401);
    for (let time = 0; time < 2; time += 1) {
      const { status, headers } = await submit(api, '/ui/syncs/1/cancel');
      expect([status, headers.location, await stateOf()]).toEqual([303, '/ui/syncs/1', 'cancelled']);
    }
    expect((await api.get('/ui/syncs/1')).text).toContain('Cancelled');
    expect((await submit(api, '/ui/syncs/99999/cancel')).status).toBe(404);
  });
});
