import { describe, expect, it } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { useSql } from '#tests/setup/sql.ts';
import { useReceiver } from './otlp-receiver.ts';
import type { ReceivedSpan } from './otlp-spans.ts';
import { useServer } from './server.ts';

const json = { 'content-type': 'application/json' };
const traceId = () => crypto.randomUUID().replaceAll('-', '');

describe.skipIf(!hasDatabase)('traces', () => {
  const database = useDatabase();
  const sql = useSql(database);
  const receiver = useReceiver();
  const mirror = useMirror(database);
  // Nothing is sent before the delay is over, or the process ends.
  const settings = () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '50' });
  const server = useServer(database, () => ({ ...settings(), DATABASE_POOL_SIZE: '1', METRICS_PORT: 'off' }));
  const at = (path: string) => `${server.address}${path}`;

  it('puts request and statement into the trace of the caller, by their names', async () => {
    const trace = traceId();
    await fetch(at('/datasets/1?x=y'), { headers: { traceparent: `00-${trace}-00000000000000ff-01` } });
    await fetch(at('/datasets/1'), {
      headers: { traceparent: `00-${trace}-00000000000000fe-01`, 'x-request-id': 'mine' },
    });
    const statement = await receiver.span((span) => span.traceId === trace && span.kind === 3);
    expect(statement).toMatchObject({
      name: 'find_dataset',
      status: 0,
      service: 'kaggle-data-api',
      attributes: { 'db.system.name': 'postgresql', 'db.query.summary': 'find_dataset' },
    });
    const request = await receiver.span(({ spanId }) => spanId === statement.parentId);
    expect(request).toMatchObject({
      name: 'GET /datasets/:id',
      traceId: trace,
      parentId: '00000000000000fe',
      kind: 2,
      // What the client did wrong is no error of the server.
      status: 0,
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/datasets/:id',
        'http.response.status_code': 404,
        'url.path': '/datasets/1',
        'kaggle_data.request_id': 'mine',
      },
    });
    expect(server.process.output()).toMatch(
      new RegExp(
        `"request_id":"mine","trace_id":"${trace}","method":"GET","route":"/datasets/:id","status":404`,
      ),
    );
  });

  it('leaves each statement with its own request, when requests wait for the one connection', async () => {
    const traces = Array.from({ length: 20 }, traceId);
    await Promise.all(
      traces.map((trace, n) =>
        fetch(at('/datasets'), {
          method: 'POST',
          headers: { ...json, traceparent: `00-${trace}-00000000000000ff-01` },
          body: JSON.stringify({ name: `name ${n}` }),
        }),
      ),
    );
    for (const trace of traces) {
      const statement = await receiver.span(
        ({ traceId, name }) => traceId === trace && name === 'insert_dataset',
      );
      const parent = await receiver.span(({ spanId }) => spanId === statement.parentId);
      expect(parent).toMatchObject({ name: 'POST /datasets', traceId: trace });
    }
  });

  it('is one trace from the request over the queue to what the job asks Kaggle', async () => {
    const trace = traceId();
    await mirror.offer('ada/set', 1, { 'a.csv': 'x,y\n1,2\n' });
    await fetch(at('/datasets'), {
      method: 'POST',
      headers: { ...json, traceparent: `00-${trace}-00000000000000ff-01` },
      body: JSON.stringify({ name: 'set', source_url: 'https://www.kaggle.com/datasets/ada/set' }),
    });
    const request = await receiver.span((span) => span.traceId === trace && span.kind === 2);
    expect(await sql('SELECT traceparent FROM syncs')).toEqual([
      { traceparent: `00-${trace}-${request.spanId}-01` },
    ]);
    const { status, stderr } = await mirror.fetch(['--queued'], settings());
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const sync = await receiver.span(({ name }) => name === 'sync');
    expect(sync).toMatchObject({
      traceId: trace,
      parentId: request.spanId,
      kind: 5,
      service: 'fetch-kaggle',
      attributes: { 'kaggle_data.mirror.ref': 'ada/set', 'kaggle_data.outcome': 'mirrored' },
    });
    const children = receiver.spans
      .filter(({ parentId }) => parentId === sync.spanId)
      .map(({ name }) => name);
    expect(children).toEqual(
      expect.arrayContaining(['check', 'download', 'verify', 'extract', 'publish', 'record']),
    );
    const asked = spansTo(receiver.spans, mirror.kaggle.baseUrl);
    expect(asked.length).toBeGreaterThanOrEqual(3);
    for (const span of asked) {
      expect(span).toMatchObject({ traceId: trace, kind: 3 });
      const stage = await receiver.span(({ spanId }) => spanId === span.parentId);
      expect(['check', 'download', 'identity', 'describe']).toContain(stage.name);
      expect(String(span.attributes['url.full'])).not.toContain('?');
    }
  });
});

function spansTo(spans: readonly ReceivedSpan[], baseUrl: string): ReceivedSpan[] {
  const { hostname } = new URL(baseUrl);
  return spans.filter(({ attributes }) => attributes['server.address'] === hostname);
}
