import { beforeEach, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

describe.skipIf(!hasDatabase)('POST /datasets with Idempotency-Key', () => {
  const database = useDatabase();
  const api = useApi(database);
  const sql = useSql(database);
  let key = '';
  beforeEach(() => {
    key = crypto.randomUUID();
  });
  const post = (payload: object, of = key) => api.post('/datasets', payload, { 'idempotency-key': of });
  const stored = async (name: string) =>
    (await sql('SELECT count(*)::int AS n FROM datasets WHERE name = $1', [name]))[0]?.n;

  it('repeats the answer of the first', async () => {
    const first = await post({ name: 'Twice' });
    const second = await post({ name: 'Twice' });
    expect(second).toMatchObject({ status: 201, text: first.text });
    for (const name of ['location', 'etag', 'content-type'])
      expect(second.headers[name]).toBe(first.headers[name]);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(await stored('Twice')).toBe(1);
  });

  it('is 422 for the same key with another body', async () => {
    await post({ name: 'One' });
    const { status, json } = await post({ name: 'Another' });
    expect(status).toBe(422);
    expect(json().type).toBe('/problems/idempotency-key-reused');
    expect(await stored('Another')).toBe(0);
  });

  it('is 409 while the first still runs', async () => {
    const args = [JSON.stringify(['anyone', 'POST /datasets', key])];
    await sql('SELECT pg_advisory_lock(hashtextextended($1, 0))', args);
    const running = await post({ name: 'Busy' });
    await sql('SELECT pg_advisory_unlock(hashtextextended($1, 0))', args);
    expect(running.status).toBe(409);
    expect(running.headers['retry-after']).toBe('1');
    expect((await post({ name: 'Busy' })).status).toBe(201);
  });

  it('stores one row for a hundred at once', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => post({ name: 'Hundred' })));
    expect(await stored('Hundred')).toBe(1);
    const created = answers.filter(({ status }) => status === 201);
    expect(created.filter(({ headers }) => !headers['idempotency-replayed'])).toHaveLength(1);
    expect(new Set(created.map(({ text }) => text)).size).toBe(1);
    for (const { status } of answers) expect([201, 409]).toContain(status);
  });

  it('keeps nothing of a request that was refused', async () => {
    expect((await post({ name: '' })).status).toBe(400);
    expect((await post({ name: 'Mended' })).status).toBe(201);
  });

  it('forgets a key after a day, and drops the expired', async () => {
    await post({ name: 'Yesterday' });
    const stale = crypto.randomUUID();
    await post({ name: 'Stale' }, stale);
    await sql(`DELETE FROM idempotency_keys WHERE key NOT IN ('${key}', '${stale}')`);
    await sql(`UPDATE idempotency_keys SET created_at = now() - interval '24 hours 1 second'`);
    expect((await post({ name: 'Today' })).status).toBe(201);
    expect(await sql('SELECT FROM idempotency_keys WHERE key = $1', [stale])).toHaveLength(0);
  });

  it('queues the first sync with the row, once', async () => {
    const body = { name: 'K', source_url: 'https://kaggle.com/datasets/ada/once' };
    await post(body);
    await post(body);
    expect(
      await sql(`SELECT FROM syncs JOIN mirrors m ON m.id = mirror_id WHERE ref = 'ada/once'`),
    ).toHaveLength(1);
  });

  it.each(['', 'x'.repeat(256), 'a b', 'ä'])('refuses the key %j', async (bad) => {
    const { status, json } = await post({ name: 'x' }, bad);
    expect(status).toBe(400);
    expect(json().errors).toEqual([expect.objectContaining({ header: 'Idempotency-Key' })]);
  });
});
