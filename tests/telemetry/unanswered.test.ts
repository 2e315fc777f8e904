import { describe, expect, it, vi } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';
import { sample } from './prometheus-text.ts';
import { useServer } from './server.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };
const json = { 'content-type': 'application/json' };

describe.skipIf(!hasDatabase)('requests that are refused or given up', () => {
  const database = useDatabase();
  const sql = useSql(database);
  const server = useServer(database, () => ({
    MAX_CONCURRENT_REQUESTS: '1',
    DATABASE_STATEMENT_TIMEOUT: '60000',
  }));
  const lines = (message: string) =>
    server.process
      .output()
      .split('\n')
      .filter((line) => line.includes(`"msg":"${message}`) && line.endsWith('}'))
      .map((line) => JSON.parse(line));

  /** A transaction sees what it saw first of others, unless it says otherwise. */
  const blocked = () =>
    vi.waitFor(async () => {
      await sql('SELECT pg_stat_clear_snapshot()');
      const waiting = await sql(
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
      expect(waiting).toHaveLength(1);
    }, PATIENCE);

  it('are in the metrics of requests and in the log, each of them', async () => {
    await sql("INSERT INTO datasets (name) VALUES ('Locked')");
    await sql('BEGIN');
    await sql('SELECT FROM datasets WHERE id = 1 FOR UPDATE');
    const client = new AbortController();
    const { signal } = client;
    const given = fetch(`${server.address}/datasets/1`, {
      method: 'PUT',
      headers: json,
      body: '{"name":"x"}',
      signal,
    }).catch((error: Error) => error.name);
    const ask = () => fetch(`${server.address}/datasets`).then(({ status }) => status);
    await blocked();
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([503, 503, 503]);
    client.abort();
    expect(await given).toBe('AbortError');
    const shed = {
      http_request_method: 'GET',
      http_response_status_code: 503,
      error_type: 'overloaded',
    };
    expect(sample(await server.metrics(), 'requestDuration', shed)).toBe(3);
    const put = { http_request_method: 'PUT', http_route: '/datasets/:id', url_scheme: 'http' };
    await vi.waitFor(async () => {
      const text = await server.metrics();
      expect(sample(text, 'requestDuration', { ...put, error_type: 'aborted' })).toBe(1);
      expect(sample(text, 'activeRequests', { http_request_method: 'PUT' })).toBe(0);
    }, PATIENCE);
    await sql('ROLLBACK');
    expect(await ask()).toBe(200);
    // Shed requests leave nothing behind.
    const text = await server.metrics();
    expect(sample(text, 'activeRequests', { http_request_method: 'GET' })).toBe(0);
    expect(text).not.toMatch(/error_type="aborted".*status_code|status_code.*error_type="aborted"/);

    expect(await server.stop()).toBe(0);
    // What a process wrote may come after its end.
    await vi.waitFor(() => {
      const refusals = lines('requests are refused');
      expect(refusals.every(({ level, most }) => level === 'warn' && most === 1)).toBe(true);
      expect(refusals.reduce((sum, { refused }) => sum + refused, 0)).toBe(3);
    }, PATIENCE);
    expect(lines('request aborted by its client')).toEqual([
      expect.objectContaining({ level: 'info', method: 'PUT', route: '/datasets/:id' }),
    ]);
  });
});
