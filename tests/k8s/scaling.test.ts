import { describe, expect, it } from 'vitest';
import { hasCluster } from './setup/cluster.ts';
import { eventually } from './setup/eventually.ts';
import { burst, constantLoad } from './setup/load.ts';
import { podsOf, usePlatform } from './setup/platform.ts';

describe.skipIf(!hasCluster)('scale', () => {
  const platform = usePlatform({
    api: { knative: { window: '10s', containerConcurrency: 10, maxScale: 3 } },
  });
  const { api } = platform;
  const zero = () =>
    eventually('no pod left', async () => (await platform.list('pods', SERVICE)).length === 0, 150);
  const SERVICE = 'serving.knative.dev/service=kaggle-data-api';

  it('goes to zero when nobody asks, and the next request is answered', async () => {
    await zero();
    const answer = await api('/datasets');
    expect([answer.status, answer.json()]).toEqual([200, { datasets: [], next_cursor: null }]);
  });

  it('answers each of a hundred requests that come at once to no pod', async () => {
    await zero();
    const statuses = await burst(100, () => api('/datasets'));
    expect(statuses).toEqual(Array(100).fill(200));
  });

  it('grows under load without an error, and shrinks again', async () => {
    const stop = constantLoad(40, () => api('/datasets?limit=1'));
    await eventually('a second pod', async () => (await podsOf(platform)).length >= 2, 60).finally(
      async () => {
        expect(Object.keys(await stop())).toEqual(['200']);
      },
    );
    await zero();
  }, 300_000);
});
