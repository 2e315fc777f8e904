import { describe, expect, it, vi } from 'vitest';
import { METRICS, prometheusName, RUNTIME_METRICS } from '#shared/telemetry/metrics-catalogue.ts';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { startApi } from '#tests/setup/processes.ts';
import { useServer } from './server.ts';

const json = { 'content-type': 'application/json' };

describe.skipIf(!hasDatabase)('metrics', () => {
  const database = useDatabase();
  const server = useServer(database);
  const get = (path: string, headers = {}) =>
    fetch(`${server.address}${path}`, { headers }).then((r) => r.text());

  it('has the very first request in them, though their SDK is loaded after it', async () => {
    await get('/datasets');
    const text = await server.metrics();
    expect(text).toMatch(
      /http_server_request_duration_seconds_count\{http_request_method="GET",url_scheme="http",http_route="\/datasets",http_response_status_code="200"\} 1\n/,
    );
    expect(text).toMatch(
      /^db_client_operation_duration_seconds_count\{.*db_query_summary="list_datasets_name_ascending".*\} 1$/m,
    );
    expect(text).toContain('db_client_connection_max{db_client_connection_pool_name="kaggle-data-api"} 10\n');
    expect(text).toMatch(/^db_client_connection_count\{.*state="idle"\} 1$/m);
    expect(text).toContain('service_name="kaggle-data-api"');
  });

  it('measures the event loop and garbage collection', async () => {
    // Garbage is collected sooner or later.
    await vi.waitFor(
      async () => {
        await get('/datasets');
        const text = await server.metrics();
        for (const name of RUNTIME_METRICS) expect(text).toMatch(new RegExp(`^${name}[ {]`, 'm'));
      },
      { timeout: 20_000, interval: 200 },
    );
  });

  it('counts what is under way, and what came of it', async () => {
    await get('/datasets/2147483647');
    await fetch(`${server.address}/datasets`, { method: 'POST', headers: json, body: '{' });
    const text = await server.metrics();
    expect(text).toMatch(
      /duration_seconds_count\{.*http_route="\/datasets\/:id",http_response_status_code="404"\} 1\n/,
    );
    expect(text).toMatch(
      /duration_seconds_count\{http_request_method="POST",.*http_response_status_code="400"\} 1\n/,
    );
    expect(text).toMatch(/^http_server_active_requests\{http_request_method="GET",url_scheme="http"\} 0$/m);
  });

  it('does not grow with what clients make up', async () => {
    const before = series(await server.metrics());
    for (let n = 0; n < 300; n += 1) {
      const headers = { 'x-forwarded-proto': `p${n}`, 'x-request-id': `id-${n}` };
      await Promise.all([get(`/datasets/${n + 1_000}`, headers), get(`/made/up/${n}?q=${n}`, headers)]);
    }
    const text = await server.metrics();
    expect(text).not.toMatch(/made|id-1/);
    // One for each bucket, sum and count of paths that nothing is at.
    expect(series(text) - before).toBeLessThan(40);
  });

  it('names nothing that is not in the catalogue, and attributes as it says', async () => {
    const known = new Map(Object.values(METRICS).map((metric) => [prometheusName(metric), metric]));
    const lines = (await server.metrics()).split('\n').filter((line) => /^(http|db|kaggle_data)_/.test(line));
    for (const line of lines) {
      const [, name = '', labels = ''] = /^(\w+?)(?:_bucket|_sum|_count)?(?:\{(.*)\})? /.exec(line) ?? [];
      const metric = known.get(name) ?? known.get(line.slice(0, line.search(/[{ ]/)));
      expect(metric, line).toBeDefined();
      const allowed = metric?.attributes.map((attribute) => attribute.replace(/\W/g, '_')) ?? [];
      for (const [, label = ''] of labels.matchAll(/(\w+)="/g))
        expect([...allowed, 'le'], line).toContain(label);
    }
  });

  it('answers nothing but /metrics on that port', async () => {
    await server.metrics();
    const port = /"port":(\d+),"msg":"metrics are served"/.exec(server.process.output())?.[1];
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${port}/metrics`, { method: 'POST' })).status).toBe(404);
    const second = await startApi('server', {
      DATABASE_URL: database.url,
      AUTH: 'off',
      METRICS_PORT: `${port}`,
    });
    const told = () => second.output().includes('metrics are not served');
    while (!told()) await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await fetch(`${second.address}/health`)).status).toBe(200);
    second.child.kill('SIGTERM');
    expect(await second.exited).toBe(0);
  });
});

function series(text: string): number {
  return text.split('\n').filter((line) => line !== '' && !/^#|^v8js_gc/.test(line)).length;
}
