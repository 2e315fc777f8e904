import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';
import { sample } from './prometheus-text.ts';
import { useServer } from './server.ts';

const POOL = { db_client_connection_pool_name: 'kaggle-data-api' };
const PATIENCE = { timeout: 25_000, interval: 20 };

describe.skipIf(!hasDatabase)('metrics of the pool', () => {
  const database = useDatabase();
  const sql = useSql(database);
  const server = useServer(database, () => ({
    DATABASE_POOL_SIZE: '1',
    DATABASE_STATEMENT_TIMEOUT: '60000',
  }));

  it('tell of who uses it, who waits, and who was turned away', async () => {
    const dataset = (method: string) =>
      fetch(`${server.address}/datasets/1`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(method === 'PUT' && { body: '{"name":"x"}' }),
      }).then(({ status }) => status);
    await sql("INSERT INTO datasets (name) VALUES ('Locked')");
    await sql('BEGIN');
    await sql('SELECT FROM datasets WHERE id = 1 FOR UPDATE');
    let over = false;
    let turnedAway = 0;
    let scrapes = 0;
    const count = (status: number) => {
      if (status === 503) turnedAway += 1;
      return status;
    };
    const locked = dataset('PUT').then(count);
    // Nobody waits for ever: whoever is turned away comes again.
    const insist = async () => {
      while (!over) {
        count(await dataset('GET'));
        await sleep(10);
      }
    };
    const waiting = [insist(), insist(), insist()];
    const scrape = () => {
      scrapes += 1;
      return server.metrics();
    };
    const busy = await vi.waitFor(async () => {
      const text = await scrape();
      expect(sample(text, 'poolPending', POOL)).toBe(3);
      return text;
    }, PATIENCE);
    expect(sample(busy, 'poolConnections', { ...POOL, db_client_connection_state: 'used' })).toBe(1);
    expect(sample(busy, 'poolConnections', { ...POOL, db_client_connection_state: 'idle' })).toBe(0);
    expect(sample(busy, 'poolMax', POOL)).toBe(1);
    await vi.waitFor(() => expect(turnedAway).toBeGreaterThanOrEqual(3), PATIENCE);
    over = true;
    await sql('ROLLBACK');
    await Promise.all([locked, ...waiting]);
    const after = await scrape();
    expect(sample(after, 'poolPending', POOL)).toBe(0);
    const timeouts = sample(after, 'poolTimeouts', POOL);
    expect(timeouts).toBeGreaterThanOrEqual(turnedAway);
    // Metrics ask the database too, two statements at a time.
    expect(timeouts).toBeLessThanOrEqual(turnedAway + 2 * scrapes);
    // Whoever was turned away had waited for two seconds; the statement had the lock to wait for as long.
    const refused = { http_request_method: 'GET', http_response_status_code: 503 };
    const [times = 0, sum] = (['count', 'sum'] as const).map((part) =>
      sample(after, 'requestDuration', refused, part),
    );
    expect(sum).toBeGreaterThan(times);
    expect(sum).toBeLessThan(60 * times);
    const locking = { db_query_summary: 'SELECT' };
    const seconds = sample(after, 'queryDuration', locking, 'sum');
    expect(seconds).toBeGreaterThan(1);
    expect(seconds).toBeLessThan(60);
  });
});
