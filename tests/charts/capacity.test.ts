import { describe, expect, test } from 'vitest';
import { JobConfig } from '#shared/config/job-config.ts';
import { loadConfig } from '#shared/config/load-config.ts';
import { ServerConfig } from '#shared/config/server-config.ts';
import { environments, hasHelm, only, type Rendered, useCharts } from './helm.ts';
import { workloadsOf } from './workloads.ts';

const { render } = useCharts();
const DATABASE_URL = 'postgres://nobody@none.invalid/none';
const MIGRATIONS = 2;
/** superuser_reserved_connections, which PostgreSQL keeps back from everybody else. */
const RESERVED = 3;

/** The plain variables of an object's pod, by whatever way they get there. */
function variables(objects: Rendered[], kind: string, name?: string): Record<string, string> {
  const workload = workloadsOf([only(objects, kind, name)])[0];
  const { env = [], envFrom = [] } = workload?.spec.containers[0] ?? {};
  const maps = envFrom.flatMap((source: { configMapRef?: { name: string } }) =>
    source.configMapRef ? [only(objects, 'ConfigMap', source.configMapRef.name).data ?? {}] : [],
  );
  const own = env.filter(({ value }: { value?: string }) => value !== undefined);
  return Object.assign(
    {},
    ...maps,
    Object.fromEntries(own.map(({ name, value }: { name: string; value: string }) => [name, value])),
  );
}

/** Just those that decide: the others may name files that are not here. */
function pick(from: Record<string, string>, name: string) {
  return from[name] === undefined ? {} : { [name]: from[name] };
}

function pods({ parallelism, completions }: { parallelism: number; completions?: number }): number {
  return Math.min(parallelism, completions ?? parallelism);
}

function needed(environment: string, values: object = {}, workers: object = {}) {
  const api = render('kaggle-data-api', environment, values);
  const service = only(api, 'Service');
  const pool = loadConfig(ServerConfig, {
    DATABASE_URL,
    ...pick(variables(api, 'Service'), 'DATABASE_POOL_SIZE'),
  }).DATABASE_POOL_SIZE;
  const annotations = service.spec.template.metadata.annotations ?? {};
  const instances = Number(annotations['autoscaling.knative.dev/max-scale'] ?? Number.POSITIVE_INFINITY);
  const fetching = render('fetch-kaggle', environment, { workloads: { nightly: workers } });
  const jobs = fetching
    .filter(({ kind }) => kind === 'CronJob')
    .map(({ metadata, spec }) => {
      const env = variables(fetching, 'CronJob', metadata.name);
      const config = loadConfig(JobConfig, {
        DATABASE_URL,
        KAGGLE_DATA_ROOT: '/data',
        ...pick(env, 'MIRROR_CONCURRENCY'),
      });
      // The pool, and the connection that listens for conversions.
      return pods(spec.jobTemplate.spec) * (config.MIRROR_CONCURRENCY + 4);
    })
    .reduce((sum, connections) => sum + connections, 0);
  // One more listens for changes.
  return 2 * instances * (pool + 1) + jobs + MIGRATIONS + RESERVED;
}

/** What the rendered server is told, as the argument `max_connections=…` or as a parameter of CloudNativePG. */
function offered(environment: string): number {
  const [, number] =
    /max_connections["']?\s*[=:]\s*["']?(\d+)/.exec(JSON.stringify(render('postgres', environment))) ?? [];
  return Number(number);
}

describe.skipIf(!hasHelm)('the connections of all processes at once', () => {
  test.each(environments)('fit into max_connections: %s', (environment) => {
    expect(offered(environment)).toBeGreaterThan(RESERVED);
    expect(needed(environment)).toBeLessThanOrEqual(offered(environment));
  });

  test.each(environments)('are counted: a larger pool, or more pods, would not fit: %s', (environment) => {
    const most = offered(environment);
    expect(needed(environment, { env: { DATABASE_POOL_SIZE: '100' } })).toBeGreaterThan(most);
    expect(needed(environment, { knative: { maxScale: 100 } })).toBeGreaterThan(most);
    expect(needed(environment, { knative: { maxScale: null } })).toBeGreaterThan(most);
    expect(needed(environment, {}, { parallelism: 100, completions: 100 })).toBeGreaterThan(most);
  });

  test.each(environments)('leave room for three pods of a night: %s', (environment) => {
    const three = needed(environment, {}, { parallelism: 3, completions: 3 });
    expect(three).toBe(needed(environment) + 2 * 6);
    expect(three).toBeLessThanOrEqual(offered(environment));
  });
});
