import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { METRICS, type Metric } from '#shared/telemetry/metrics-catalogue.ts';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { sendRaw } from '#tests/setup/raw-http.ts';
import { useReceiver as useWebhook } from '#tests/setup/receiver.ts';
import { useSql } from '#tests/setup/sql.ts';
import { useReceiver } from './otlp-receiver.ts';
import { useServer } from './server.ts';

const KINDS = { histogram: 'histogram', counter: 'sum', updown: 'sum', gauge: 'gauge' } as const;
/** One has the pool's only connection, 25 may wait for it. */
const TOO_MANY = 27;

describe.skipIf(!hasDatabase)('the catalogue of metrics', () => {
  const database = useDatabase();
  const sql = useSql(database);
  const receiver = useReceiver();
  const webhook = useWebhook();
  const mirror = useMirror(database);
  const server = useServer(database, () => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    AUTH: 'on',
    API_TOKENS: `ci:read+write:${hash('sha256', 'let-me-in')}`,
    RATE_LIMIT: '1000',
    DATABASE_POOL_SIZE: '1',
  }));
  const write = (method: string, path: string, key?: string) =>
    fetch(`${server.address}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        authorization: 'Bearer let-me-in',
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      body: '{"name":"x"}',
    }).then(({ status }) => status);

  const query = (text: string) =>
    fetch(`${server.address}/sql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer let-me-in' },
      body: JSON.stringify({ query: text, sources: {}, timeout_ms: 2_000 }),
    }).then(async (response) => {
      await response.text();
      return response.status;
    });

  async function fillTheQueue(): Promise<void> {
    await sql('BEGIN');
    await sql('SELECT FROM datasets WHERE id = 1 FOR UPDATE');
    const asked = Array.from({ length: TOO_MANY }, () => write('PUT', '/datasets/1'));
    expect(await Promise.race(asked)).toBe(503);
    await sql('ROLLBACK');
    await Promise.all(asked);
  }

  it('holds what the API and the job really measure, and nothing else of theirs', async () => {
    await mirror.offer('ada/set', 1, { 'a.csv': '1' });
    mirror.kaggle.faults.add({ on: 'GetDataset', effect: { kind: 'status', status: 503 } });
    const { status, stdout } = await mirror.fetch(['--dataset', 'ada/set'], {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      WEBHOOK_URLS: webhook.url,
      WEBHOOK_SECRET: `whsec_${Buffer.alloc(32).toString('base64')}`,
    });
    expect(status, stdout).toBe(0);
    expect(await write('POST', '/datasets', 'k')).toBe(201);
    expect(await query('SELECT 1')).toBe(200);
    expect(await query('SELECT count(*) FROM range(1000000000000)')).toBe(422);
    await sendRaw(server.address, ['no HTTP\r\n\r\n']);
    await fillTheQueue();
    // Its SDK is there by now, and sends what it has when it ends.
    await server.metrics();
    expect(await server.stop()).toBe(0);

    const sent = receiver.points.filter(({ metric }) => /^(http|db|kaggle_data)\./.test(metric));
    const catalogue = Object.values<Metric>(METRICS);
    expect(new Set(sent.map(({ metric }) => metric))).toEqual(new Set(catalogue.map(({ name }) => name)));
    for (const { metric, unit, kind, attributes, bounds } of sent) {
      const known = catalogue.find(({ name }) => name === metric);
      expect({ metric, unit, kind, bounds }).toEqual({
        metric,
        unit: known?.unit,
        kind: KINDS[known?.kind ?? 'gauge'],
        bounds: known?.buckets ?? [],
      });
      expect(known?.attributes, metric).toEqual(expect.arrayContaining(Object.keys(attributes)));
    }
  });
});
