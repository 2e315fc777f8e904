import { describe, expect, it } from 'vitest';
import { loadConfig } from '#shared/config/load-config.ts';
import { ServerConfig } from '#shared/config/server-config.ts';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { useReceiver } from './otlp-receiver.ts';
import { useServer } from './server.ts';

describe.skipIf(!hasDatabase)('OTEL_SDK_DISABLED', () => {
  const database = useDatabase();
  const receiver = useReceiver();
  const mirror = useMirror(database);
  const settings = (disabled: string) => ({
    OTEL_SDK_DISABLED: disabled,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_METRIC_EXPORT_INTERVAL: '100',
    OTEL_BSP_SCHEDULE_DELAY: '10',
    METRICS_PORT: '0',
  });
  const off = useServer(database, () => settings('true'));
  const on = useServer(database, () => settings('false'));

  it('leaves the API without traces and metrics, pushed or read', async () => {
    expect((await fetch(`${off.address}/datasets`)).status).toBe(200);
    // By then a process that measures has told so.
    await on.metrics();
    expect(await off.stop()).toBe(0);
    expect(off.process.output()).not.toContain('metrics are served');
    expect(off.process.output()).not.toContain('"level":"error"');
    expect(await on.stop()).toBe(0);
    const sent = [...receiver.spans, ...receiver.points];
    expect(sent.length).toBeGreaterThan(0);
    // Only the other one was asked nothing.
    expect(sent.some((each) => each.attributes['http.route'] === '/datasets')).toBe(false);
  });

  it('leaves the job without them', async () => {
    const before = receiver.raw().length;
    await mirror.offer('ada/set', 1, { 'a.csv': '1' });
    const { status, stdout } = await mirror.fetch(['--dataset', 'ada/set'], settings('TRUE'));
    expect(status, stdout).toBe(0);
    expect(stdout).not.toContain('metrics are served');
    expect(receiver.raw().length).toBe(before);
  });
});

describe('OTEL_SDK_DISABLED as a setting', () => {
  it.each([
    ['1', 'OTEL_SDK_DISABLED: must be true or false'],
    ['yes', 'OTEL_SDK_DISABLED: must be true or false'],
  ])('%s is refused rather than taken for false', (value, problem) => {
    const env = { DATABASE_URL: 'postgres://x/x', OTEL_SDK_DISABLED: value };
    expect(() => loadConfig(ServerConfig, env)).toThrow(problem);
  });
});
