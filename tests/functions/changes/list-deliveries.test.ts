import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

describe.skipIf(!hasDatabase)('GET /deliveries', () => {
  const database = useDatabase();
  const sql = useSql(database);
  const tokens = ['reader:read', 'writer:write'].map((entry) => {
    const [name = ''] = entry.split(':');
    return `${entry}:${createHash('sha256').update(name).digest('hex')}`;
  });
  const api = useApi(database, { AUTH: 'on', API_TOKENS: tokens.join() });
  const as = (name: string) => ({ authorization: `Bearer ${name}` });

  beforeAll(async () => {
    await sql(`INSERT INTO changes (id, type, subject, dataset_ids, data)
      SELECT nextval('changes_ids'), 'dataset.deleted', 'datasets/' || i, ARRAY[i], '{}' FROM generate_series(1, 5) i`);
    await sql(
      `INSERT INTO delivery_targets (digest, host, change_id) VALUES ('\\x00', 'hooks.example.org', 5)`,
    );
    await sql(`INSERT INTO deliveries (target_id, change_id, subject, state)
      SELECT delivery_targets.id, changes.id, subject, CASE WHEN changes.id % 2 = 0 THEN 'dead' ELSE 'delivered' END
      FROM delivery_targets, changes ORDER BY changes.id`);
  });

  it('needs the scope write', async () => {
    expect((await api.get('/deliveries')).status).toBe(401);
    expect((await api.get('/deliveries', as('reader'))).status).toBe(403);
    expect((await api.get('/deliveries', as('writer'))).status).toBe(200);
  });

  it('lists the newest first, in pages, by state', async () => {
    const first = (await api.get('/deliveries?limit=3', as('writer'))).json();
    const rest = (await api.get(`/deliveries?limit=3&cursor=${first.next_cursor}`, as('writer'))).json();
    expect([...first.deliveries, ...rest.deliveries].map(({ id }: { id: number }) => id)).toEqual([
      5, 4, 3, 2, 1,
    ]);
    expect(rest.next_cursor).toBeNull();
    const { deliveries } = (await api.get('/deliveries?state=dead', as('writer'))).json();
    expect(deliveries).toMatchObject([{ state: 'dead', target: 'hooks.example.org' }, { state: 'dead' }]);
    expect((await api.get(`/deliveries?state=dead&cursor=${first.next_cursor}`, as('writer'))).status).toBe(
      400,
    );
  });
});
