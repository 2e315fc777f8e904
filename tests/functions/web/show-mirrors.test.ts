import { beforeAll, describe, expect, it } from 'vitest';
import { MIRROR_STATES } from '#shared/data/mirror-state.ts';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

const WORDS = {
  queued: 'Not mirrored yet',
  downloading: 'Not mirrored yet',
  verifying: 'Not mirrored yet',
  extracting: 'Not mirrored yet',
  ready: 'Up to date',
  pending_upstream: 'Kaggle is still preparing this version',
  forbidden: 'Kaggle refuses access',
  gone: 'Not found at Kaggle',
  no_space: 'No room on the volume',
  failed: 'Failed',
};

describe.skipIf(!hasDatabase)('the page of all mirrors', () => {
  const database = useDatabase();
  const api = useApi(database, { KAGGLE_DATA_ROOT: '/' });
  const without = useApi(database);
  const nightly = useApi(database, {
    MIRROR_SCHEDULE: '30 2 * * *',
    MIRROR_SCHEDULE_TIME_ZONE: 'Asia/Kolkata',
  });
  const never = useApi(database, { MIRROR_SCHEDULE: '0 0 31 2 *' });
  const sql = useSql(database);
  beforeAll(async () => {
    for (const state of MIRROR_STATES) {
      const source_url = `https://www.kaggle.com/datasets/ada/is-${state}`;
      await api.post('/datasets', { name: state, source_url });
      await sql('UPDATE mirrors SET state = $1 WHERE slug = $2', [state, `is-${state}`]);
    }
    await sql(`UPDATE syncs SET state = 'succeeded', finished_at = now()`);
  });

  it.each(Object.entries(WORDS))('says of %s: %s', async (state, words) => {
    const { status, text } = await api.get(`/ui/mirrors?state=${state}`);
    expect(status).toBe(200);
    expect([...text.matchAll(/class="name"/g)]).toHaveLength(1);
    expect(text).toContain(`ada/is-${state}`);
    expect(text).toContain(`</span> ${words}</span>`);
  });

  it('counts them by state, and tells the room that is left', async () => {
    const { text } = await api.get('/ui/mirrors');
    expect(text).toContain('All <span class="count">10</span>');
    expect(text).toContain('Refused <span class="count">1</span>');
    expect(text).toMatch(/Volume: [\d.]+ \w+ of [\d.]+ \w+ free/);
    expect((await without.get('/ui/mirrors')).text).toContain('No volume is mounted here');
    const { counts } = (await api.get('/mirrors')).json();
    expect(counts).toEqual(Object.fromEntries(MIRROR_STATES.map((state) => [state, 1])));
  });

  it('says when the next check is, where the schedule is known and has one', async () => {
    const before = Date.now();
    const { text } = await nightly.get('/ui/mirrors');
    const [, instant = ''] =
      /Next check <time datetime="([^"]+)"[^>]*>in [^<]+<\/time>, at 02:30 GMT\+5:30\./.exec(text) ?? [];
    expect(instant).toMatch(/T21:00:00\.000Z$/);
    expect(Date.parse(instant)).toBeGreaterThan(before);
    expect(Date.parse(instant)).toBeLessThanOrEqual(Date.now() + 86_400_000);
    for (const api of [without, never])
      expect((await api.get('/ui/mirrors')).text).not.toContain('Next check');
  });

  it('offers another try where one may help', async () => {
    expect((await api.get('/ui/mirrors?state=forbidden')).text).toContain('Retry');
    expect((await api.get('/ui/mirrors?state=ready')).text).not.toContain('Retry');
  });
});
