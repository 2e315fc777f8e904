import { describe, expect, test } from 'vitest';
import { environments, hasHelm, type Rendered, useCharts } from './helm.ts';

const { render } = useCharts();

const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const collector = {
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
  podSelector: { matchLabels: { 'app.kubernetes.io/name': 'otel-collector' } },
};
const senders = ['kaggle-data-api', 'fetch-kaggle', 'fetch-kaggle-queued'];

/** By policy, the ports at which its pods may push to the collector. */
function pushes(objects: Rendered[]): Record<string, number[]> {
  const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
  const found = policies.map(({ metadata, spec }): [string, number[]] => {
    const rules = spec.egress.filter(({ to }: { to: object[] }) =>
      JSON.stringify(to).includes('otel-collector'),
    );
    for (const { to } of rules) expect(to).toEqual([collector]);
    return [
      metadata.name,
      rules.flatMap(({ ports }: { ports: { port: number }[] }) => ports.map(({ port }) => port)),
    ];
  });
  return Object.fromEntries(found.filter(([, ports]) => ports.length > 0));
}

const both = (environment: string, env: object) =>
  ['kaggle-data-api', 'fetch-kaggle'].flatMap((chart) => render(chart, environment, { env }));

describe.skipIf(!hasHelm)('a push of telemetry', () => {
  test.for(environments)(
    'in %s gets out where there is an address to push to, and nowhere else',
    (environment) => {
      const at4318 = Object.fromEntries(senders.map((name) => [name, [4318]]));
      expect(pushes(both(environment, { [ENDPOINT]: 'http://otel-collector.monitoring:4318' }))).toEqual(
        at4318,
      );
      expect(pushes(both(environment, { [ENDPOINT]: null }))).toEqual({});
      expect(pushes(both(environment, { [ENDPOINT]: '' }))).toEqual({});
      const asItIs = ['staging', 'production'].includes(environment) ? at4318 : {};
      expect(pushes(both(environment, {}))).toEqual(asItIs);
    },
  );

  const addresses: [env: object, ports: number[]][] = [
    [{ [ENDPOINT]: 'http://collector:14318/base' }, [14318]],
    [{ [ENDPOINT]: 'https://collector.example.com' }, [443]],
    [{ [ENDPOINT]: 'http://[::1]' }, [80]],
    [{ [ENDPOINT]: { configMapKeyRef: { name: 'telemetry', key: 'endpoint' } } }, [4318]],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://tempo:4318/v1/traces' }, [4318]],
    [
      { [ENDPOINT]: 'http://a:4318', OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://b:9090/otlp' },
      [4318, 9090],
    ],
  ];
  test.for(addresses)('to %o leaves by the ports %o', ([env, ports]) => {
    expect(pushes(both('local', env))).toEqual(Object.fromEntries(senders.map((name) => [name, ports])));
  });

  test('goes to a collector of one’s own', () => {
    const own = { ipBlock: { cidr: '192.0.2.7/32' } };
    const [policy] = render('fetch-kaggle', 'production', { networkPolicy: { collector: [own] } }).filter(
      ({ kind }) => kind === 'NetworkPolicy',
    );
    expect(policy?.spec.egress).toContainEqual({ to: [own], ports: [{ port: 4318, protocol: 'TCP' }] });
    expect(JSON.stringify(policy?.spec.egress)).not.toContain('otel-collector');
  });
});
