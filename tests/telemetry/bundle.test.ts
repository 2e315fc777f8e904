import { describe, expect, it } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { useReceiver } from './otlp-receiver.ts';

describe.skipIf(!hasDatabase)('the job as it is shipped, in one bundle', () => {
  const database = useDatabase();
  const receiver = useReceiver();
  const mirror = useMirror(database);

  it('shows each request to Kaggle below the dataset it was for', async () => {
    await mirror.offer('ada/one', 1, { 'a.csv': '1' });
    await mirror.offer('ada/two', 1, { 'b.csv': '2' });
    const { status, stderr } = await mirror.fetch(['--dataset', 'ada/one', '--dataset', 'ada/two'], {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const run = await receiver.span(({ name }) => name === 'run due');
    const syncs = receiver.spans.filter(({ name }) => name === 'sync');
    expect(
      syncs.map(({ attributes, parentId }) => [attributes['kaggle_data.mirror.ref'], parentId]).sort(),
    ).toEqual([
      ['ada/one', run.spanId],
      ['ada/two', run.spanId],
    ]);
    const { hostname } = new URL(mirror.kaggle.baseUrl);
    for (const sync of syncs) {
      const stages = receiver.spans.filter(({ parentId }) => parentId === sync.spanId);
      const asked = receiver.spans.filter(
        ({ kind, parentId, attributes }) =>
          kind === 3 &&
          attributes['server.address'] === hostname &&
          stages.some(({ spanId }) => spanId === parentId),
      );
      // The dataset, the address of its archive, the archive, the dataset again, its metadata and its files.
      expect(asked.map(({ attributes }) => attributes['http.response.status_code'])).toEqual([
        200, 302, 200, 200, 200, 200,
      ]);
    }
  });

  it('sends spans as http/json too', async () => {
    const { status, stderr } = await mirror.fetch([], {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect([...receiver.asked]).toContain('/v1/traces application/json');
    const runs = receiver.spans.filter(({ name }) => name === 'run due');
    expect(runs.at(-1)).toMatchObject({
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      parentId: '',
      status: 0,
      service: 'fetch-kaggle',
    });
    expect(
      receiver.spans.some(({ parentId, name }) => name === 'sync' && parentId === runs.at(-1)?.spanId),
    ).toBe(true);
    // Metrics have one protocol, whatever traces have.
    expect([...receiver.asked]).toContain('/v1/metrics application/x-protobuf');
    expect([...receiver.asked]).not.toContain('/v1/metrics application/json');
  });

  it('prints spans beside sending them', async () => {
    const before = receiver.spans.length;
    const { status, stdout, stderr } = await mirror.fetch([], {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_TRACES_EXPORTER: 'console,otlp',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const run = receiver.spans.slice(before).find(({ name }) => name === 'run due');
    expect(run).toBeDefined();
    expect(stdout).toContain("name: 'run due'");
    expect(stdout).toContain(`id: '${run?.spanId}'`);
  });

  it.each(['zipkin', 'otlp,zipkin', 'none,otlp', 'jaeger'])(
    'refuses %s as what takes spans',
    async (exporter) => {
      const { status, stderr } = await mirror.fetch([], { OTEL_TRACES_EXPORTER: exporter });
      expect(status).toBe(2);
      expect(stderr).toContain('OTEL_TRACES_EXPORTER: must be otlp, console, otlp,console, or none');
    },
  );
});
