import { describe, expect, it } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useReceiver } from './otlp-receiver.ts';
import { useServer } from './server.ts';

describe.skipIf(!hasDatabase)('spans that wait', () => {
  const database = useDatabase();
  const receiver = useReceiver();
  const server = useServer(database, () => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_BSP_SCHEDULE_DELAY: '60000',
    METRICS_PORT: 'off',
  }));

  it('are sent before the process ends, and so are metrics', async () => {
    await fetch(`${server.address}/health`);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(receiver.spans).toEqual([]);
    expect(await server.stop()).toBe(0);
    expect(receiver.spans.map(({ name }) => name)).toEqual(['GET /health']);
    expect(receiver.points).toContainEqual(
      expect.objectContaining({
        metric: 'http.server.request.duration',
        count: 1,
        attributes: expect.objectContaining({ 'http.route': '/health', 'http.response.status_code': 200 }),
      }),
    );
  });
});

describe.skipIf(!hasDatabase)('a collector that does not answer', () => {
  const database = useDatabase();
  const server = useServer(database, () => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    OTEL_BSP_SCHEDULE_DELAY: '10',
    METRICS_PORT: 'off',
  }));

  it('is told of in the log, and harms no request', async () => {
    expect((await fetch(`${server.address}/datasets`)).status).toBe(200);
    while (!server.process.output().includes('telemetry is not delivered'))
      await new Promise((resolve) => setTimeout(resolve, 50));
    const began = Date.now();
    expect(await server.stop()).toBe(0);
    expect(Date.now() - began).toBeLessThan(8_000);
  });
});
