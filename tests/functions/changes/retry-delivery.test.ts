import { beforeEach, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

describe.skipIf(!hasDatabase)('POST /deliveries/:id/retry', () => {
  const database = useDatabase();
  const api = useApi(database);
  const sql = useSql(database);
  const retry = (id: number | string) => api.post(`/deliveries/${id}/retry`, undefined);

  beforeEach(async () => {
    await sql('TRUNCATE changes, deliveries, delivery_targets RESTART IDENTITY CASCADE');
    await sql(
      `INSERT INTO delivery_targets (digest, host, change_id) VALUES ('\\x00', 'hooks.example.org', 0)`,
    );
  });
  const add = async (states: readonly string[], dueAt: number | null = null) => {
    for (const [index, state] of states.entries())
      await sql(
        `WITH c AS (INSERT INTO changes (id, type, subject, dataset_ids, data)
           VALUES (nextval('changes_ids'), 'dataset.deleted', 'datasets/1', '{1}', '{}') RETURNING id)
         INSERT INTO deliveries (target_id, change_id, subject, state, next_at)
         SELECT 1, id, 'datasets/1', $1, CASE WHEN $2 THEN now() + interval '1 hour' END FROM c`,
        [state, index === dueAt],
      );
  };
  const dueIds = async () =>
    (await sql('SELECT id::int FROM deliveries WHERE next_at <= now() ORDER BY id')).map(({ id }) => id);
  const waitingIds = async () =>
    (await sql('SELECT id::int FROM deliveries WHERE next_at IS NOT NULL ORDER BY id')).map(({ id }) => id);

  it('sends a pending one at once', async () => {
    await add(['pending', 'pending'], 0);
    const { status, json } = await retry(1);
    expect([status, json().state]).toEqual([202, 'pending']);
    expect(await dueIds()).toEqual([1]);
  });

  it('puts a dead one before the later ones of its subject', async () => {
    await add(['dead', 'delivered', 'pending', 'pending'], 2);
    await retry(1);
    expect(await dueIds()).toEqual([1]);
    expect(await waitingIds()).toEqual([1]);
  });

  it('leaves one behind an earlier that is pending, which is then tried', async () => {
    await add(['pending', 'dead'], 0);
    const { json } = await retry(2);
    expect(json()).toMatchObject({ state: 'pending', next_at: null });
    expect(await dueIds()).toEqual([1]);
  });

  it('is 409 for one that was delivered, and 404 for none', async () => {
    await add(['delivered']);
    expect((await retry(1)).status).toBe(409);
    for (const id of [2, 0, '01', 'x', 99999999999]) expect((await retry(id)).status).toBe(404);
  });
});
