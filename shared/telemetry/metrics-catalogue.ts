export interface Metric {
  /** By the semantic conventions of OpenTelemetry where they have one. */
  name: string;
  /** `updown` is a sum that may fall; those with `observed` are read when metrics are collected. */
  kind: 'histogram' | 'counter' | 'updown' | 'gauge';
  observed?: true;
  /** UCUM: `s`, `By`, or an annotation in braces for counts. */
  unit: string;
  description: string;
  /** Every attribute that a measurement may have; each has few values. */
  attributes: readonly string[];
  /** Upper bounds of a histogram's buckets. */
  buckets?: readonly number[];
}

const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const QUERY_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
const STAGE_SECONDS = [0.1, 1, 5, 30, 60, 300, 900, 1_800, 3_600, 14_400];

/** Everything this product measures itself; V8's and the event loop's own come from `instrumentation-runtime-node`. */
export const METRICS = {
  requestDuration: {
    name: 'http.server.request.duration',
    kind: 'histogram',
    unit: 's',
    description: 'Time from the head of a request to the end of its response',
    attributes: [
      'http.request.method',
      'http.route',
      'http.response.status_code',
      'url.scheme',
      'error.type',
    ],
    buckets: REQUEST_SECONDS,
  },
  activeRequests: {
    name: 'http.server.active_requests',
    kind: 'updown',
    observed: true,
    unit: '{request}',
    description: 'Requests in progress',
    attributes: ['http.request.method', 'url.scheme'],
  },
  refusedRequests: {
    name: 'kaggle_data.http.refused_requests',
    kind: 'counter',
    unit: '{request}',
    description: 'Requests refused before they were read: invalid HTTP, header fields too large, or too slow',
    attributes: ['http.response.status_code'],
  },
  rateLimit: {
    name: 'kaggle_data.rate_limit.requests',
    kind: 'counter',
    unit: '{request}',
    description:
      'Requests by outcome of the rate limit: admitted, refused, or uncounted because the counter was unreachable',
    attributes: ['kaggle_data.outcome'],
  },
  authentication: {
    name: 'kaggle_data.authentication.requests',
    kind: 'counter',
    unit: '{request}',
    description:
      'Requests by kind of caller: token, oidc, anyone, refused, or unavailable when the issuer is unreachable',
    attributes: ['kaggle_data.outcome'],
  },
  idempotency: {
    name: 'kaggle_data.idempotency.requests',
    kind: 'counter',
    unit: '{request}',
    description: 'Requests with an Idempotency-Key by outcome: first, replayed, in_use, reused',
    attributes: ['kaggle_data.outcome'],
  },
  queryDuration: {
    name: 'db.client.operation.duration',
    kind: 'histogram',
    unit: 's',
    description: 'Time of statements, by the name of the prepared query or by their first word',
    attributes: ['db.system.name', 'db.query.summary', 'error.type'],
    buckets: QUERY_SECONDS,
  },
  poolConnections: {
    name: 'db.client.connection.count',
    kind: 'updown',
    observed: true,
    unit: '{connection}',
    description: 'Connections of the pool by state: idle, used',
    attributes: ['db.client.connection.pool.name', 'db.client.connection.state'],
  },
  poolMax: {
    name: 'db.client.connection.max',
    kind: 'updown',
    observed: true,
    unit: '{connection}',
    description: 'Maximum number of connections of the pool',
    attributes: ['db.client.connection.pool.name'],
  },
  poolPending: {
    name: 'db.client.connection.pending_requests',
    kind: 'updown',
    observed: true,
    unit: '{request}',
    description: 'Callers that wait for a connection',
    attributes: ['db.client.connection.pool.name'],
  },
  poolTimeouts: {
    name: 'db.client.connection.timeouts',
    kind: 'counter',
    unit: '{timeout}',
    description: 'Callers that gave up because the database did not serve them in time',
    attributes: ['db.client.connection.pool.name'],
  },
  migrationsPending: {
    name: 'kaggle_data.migrations.pending',
    kind: 'gauge',
    observed: true,
    unit: '{migration}',
    description: '1 while the database lacks migrations of this release',
    attributes: [],
  },
  mirrors: {
    name: 'kaggle_data.mirrors',
    kind: 'gauge',
    observed: true,
    unit: '{mirror}',
    description: 'Mirrors that a dataset names, by state',
    attributes: ['kaggle_data.mirror.state'],
  },
  staleMirrors: {
    name: 'kaggle_data.mirrors.stale',
    kind: 'gauge',
    observed: true,
    unit: '{mirror}',
    description: 'Mirrors whose last check failed',
    attributes: [],
  },
  oldestCheck: {
    name: 'kaggle_data.mirror.check.age',
    kind: 'gauge',
    observed: true,
    unit: 's',
    description: 'Time since the oldest check of all mirrors',
    attributes: [],
  },
  queuedSyncs: {
    name: 'kaggle_data.syncs.active',
    kind: 'gauge',
    observed: true,
    unit: '{sync}',
    description: 'Syncs that are queued or running',
    attributes: ['kaggle_data.sync.state'],
  },
  oldestQueuedSync: {
    name: 'kaggle_data.sync.queue.age',
    kind: 'gauge',
    observed: true,
    unit: 's',
    description: 'Time since the request of the sync that waits longest',
    attributes: [],
  },
  deliveries: {
    name: 'kaggle_data.deliveries',
    kind: 'gauge',
    observed: true,
    unit: '{delivery}',
    description:
      'Changes on their way to receivers by state: pending, or dead after three days; at most 100,000 of each',
    attributes: ['kaggle_data.delivery.state'],
  },
  oldestDelivery: {
    name: 'kaggle_data.delivery.age',
    kind: 'gauge',
    observed: true,
    unit: 's',
    description: 'Time since the oldest change that a receiver in use has yet to take',
    attributes: [],
  },
  deliveryRequests: {
    name: 'kaggle_data.delivery.requests',
    kind: 'counter',
    unit: '{request}',
    description: 'Requests to receivers of changes by outcome: delivered, failed',
    attributes: ['kaggle_data.outcome'],
  },
  volumeFree: {
    name: 'kaggle_data.volume.free',
    kind: 'gauge',
    observed: true,
    unit: 'By',
    description: 'Free space on the volume',
    attributes: [],
  },
  volumeSize: {
    name: 'kaggle_data.volume.size',
    kind: 'gauge',
    observed: true,
    unit: 'By',
    description: 'Size of the volume',
    attributes: [],
  },
  syncDuration: {
    name: 'kaggle_data.sync.duration',
    kind: 'histogram',
    unit: 's',
    description: 'Time of syncs by outcome: mirrored, unchanged, pending, failed, lost, interrupted',
    attributes: ['kaggle_data.outcome'],
    buckets: STAGE_SECONDS,
  },
  queryRunDuration: {
    name: 'kaggle_data.sql.query.duration',
    kind: 'histogram',
    unit: 's',
    description: "Time of clients' SQL queries by outcome: ok, left, or the problem that ended them",
    attributes: ['kaggle_data.outcome'],
    buckets: REQUEST_SECONDS,
  },
  queryResult: {
    name: 'kaggle_data.sql.result.io',
    kind: 'counter',
    unit: 'By',
    description: "Bytes of results of clients' SQL queries",
    attributes: [],
  },
  queryKills: {
    name: 'kaggle_data.sql.engine.kills',
    kind: 'counter',
    unit: '{kill}',
    description:
      'Processes of SQL queries that were killed, by reason: time, memory, size of the result, left by the client, or unknown',
    attributes: ['kaggle_data.reason'],
  },
  conversionDuration: {
    name: 'kaggle_data.table.conversion.duration',
    kind: 'histogram',
    unit: 's',
    description:
      'Conversions of files to tables by outcome: ready, failed, opened, not a table, lost, interrupted, again',
    attributes: ['kaggle_data.outcome'],
    buckets: STAGE_SECONDS,
  },
  stageDuration: {
    name: 'kaggle_data.sync.stage.duration',
    kind: 'histogram',
    unit: 's',
    description: 'Time of the stages of syncs: check, download, verify, extract, publish, record',
    attributes: ['kaggle_data.sync.stage'],
    buckets: STAGE_SECONDS,
  },
  downloaded: {
    name: 'kaggle_data.download.io',
    kind: 'counter',
    unit: 'By',
    description: 'Bytes downloaded from Kaggle',
    attributes: [],
  },
  kaggleResponses: {
    name: 'kaggle_data.kaggle.responses',
    kind: 'counter',
    unit: '{response}',
    description: 'Responses of Kaggle and its download hosts, 429 when the job was too fast',
    attributes: ['http.response.status_code'],
  },
  kaggleRetries: {
    name: 'kaggle_data.kaggle.retries',
    kind: 'counter',
    unit: '{retry}',
    description: 'Requests to Kaggle that were retries',
    attributes: [],
  },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;

const UNITS: Record<string, string> = { s: 'seconds', By: 'bytes', '1': 'ratio' };

/** The unit as part of a Prometheus name (OpenTelemetry, "Prometheus and OpenMetrics compatibility"), or none. */
export function unitSuffix({ unit, kind }: { unit: string; kind: string }): string {
  if (unit === '1' && kind !== 'gauge') return '';
  return Object.hasOwn(UNITS, unit) ? `_${UNITS[unit]}` : '';
}

/** What a metric is called in Prometheus, scraped or pushed. */
export function prometheusName(metric: Metric): string {
  const name = `${metric.name.replace(/[^a-zA-Z0-9_]/g, '_')}${unitSuffix(metric)}`;
  return metric.kind === 'counter' ? `${name}_total` : name;
}

/** Those of `instrumentation-runtime-node` that dashboards and alerts stand on, by their Prometheus names. */
export const RUNTIME_METRICS: readonly string[] = [
  'nodejs_eventloop_delay_p99_seconds',
  'nodejs_eventloop_utilization_ratio',
  'v8js_gc_duration_seconds_sum',
  'v8js_memory_heap_used_bytes',
];
