import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { METRICS, type MetricName, prometheusName } from '#shared/telemetry/metrics-catalogue.ts';

/** Where `kubectl apply -k monitoring` and Grafana's import find it. */
export const DASHBOARD = resolve(import.meta.dirname, '../monitoring/dashboards/kaggle-data.json');

interface Panel {
  title: string;
  unit: 'reqps' | 's' | 'percentunit' | 'short' | 'bytes' | 'Bps' | 'ops';
  queries: [expr: string, legend: string][];
  /** Red from this value on. */
  threshold?: number;
}

const name = (metric: MetricName) => prometheusName(METRICS[metric]);
const rate = (series: string) => `rate(${series}[$__rate_interval])`;
const quantile = (share: number, metric: MetricName, by: string, selector = '') =>
  `histogram_quantile(${share}, sum by (le, ${by}) (${rate(`${name(metric)}_bucket${selector}`)}))`;
const last = (metric: MetricName, by?: string) =>
  `max${by ? ` by (${by})` : ''} (last_over_time(${name(metric)}[2h]))`;

const ROWS: Record<string, Panel[]> = {
  Requests: [
    {
      title: 'Requests by status',
      unit: 'reqps',
      queries: [
        [
          `sum by (http_response_status_code) (${rate(`${name('requestDuration')}_count`)})`,
          '{{http_response_status_code}}',
        ],
      ],
    },
    {
      title: 'Failed requests (goal: 0.1 % at most)',
      unit: 'percentunit',
      threshold: 0.001,
      queries: [
        ['kaggle_data:request_failures:ratio_rate1h', '1 h'],
        ['kaggle_data:request_failures:ratio_rate6h', '6 h'],
      ],
    },
    {
      title: 'Slower than 250 ms (goal: 1 % at most)',
      unit: 'percentunit',
      threshold: 0.01,
      queries: [
        ['kaggle_data:slow_requests:ratio_rate1h', '1 h'],
        ['kaggle_data:slow_requests:ratio_rate6h', '6 h'],
      ],
    },
    {
      title: 'Duration by route, 99th percentile',
      unit: 's',
      queries: [[quantile(0.99, 'requestDuration', 'http_route'), '{{http_route}}']],
    },
    {
      title: 'In progress',
      unit: 'short',
      queries: [[`sum(${name('activeRequests')})`, 'requests']],
    },
    {
      title: 'Refused before they were read',
      unit: 'reqps',
      queries: [
        [
          `sum by (http_response_status_code) (${rate(name('refusedRequests'))})`,
          '{{http_response_status_code}}',
        ],
      ],
    },
    {
      title: 'Failures by problem',
      unit: 'reqps',
      queries: [
        [
          `sum by (error_type) (${rate(`${name('requestDuration')}_count{error_type!=""}`)})`,
          '{{error_type}}',
        ],
      ],
    },
  ],
  Access: [
    {
      title: 'Callers',
      unit: 'reqps',
      queries: [
        [`sum by (kaggle_data_outcome) (${rate(name('authentication'))})`, '{{kaggle_data_outcome}}'],
      ],
    },
    {
      title: 'Rate limit',
      unit: 'reqps',
      queries: [[`sum by (kaggle_data_outcome) (${rate(name('rateLimit'))})`, '{{kaggle_data_outcome}}']],
    },
    {
      title: 'Idempotency keys',
      unit: 'reqps',
      queries: [[`sum by (kaggle_data_outcome) (${rate(name('idempotency'))})`, '{{kaggle_data_outcome}}']],
    },
  ],
  SQL: [
    {
      title: 'Queries of clients by outcome',
      unit: 'reqps',
      queries: [
        [
          `sum by (kaggle_data_outcome) (${rate(`${name('queryRunDuration')}_count`)})`,
          '{{kaggle_data_outcome}}',
        ],
      ],
    },
    {
      title: 'Queries of clients, 95th percentile',
      unit: 's',
      queries: [[quantile(0.95, 'queryRunDuration', 'kaggle_data_outcome'), '{{kaggle_data_outcome}}']],
    },
    {
      title: 'Killed queries by reason',
      unit: 'ops',
      queries: [[`sum by (kaggle_data_reason) (${rate(name('queryKills'))})`, '{{kaggle_data_reason}}']],
    },
    {
      title: 'Results of queries',
      unit: 'Bps',
      queries: [[`sum(${rate(name('queryResult'))})`, 'to clients']],
    },
  ],
  Database: [
    {
      title: 'Statements, 95th percentile',
      unit: 's',
      queries: [[quantile(0.95, 'queryDuration', 'db_query_summary'), '{{db_query_summary}}']],
    },
    {
      title: 'Connections',
      unit: 'short',
      queries: [
        [
          `sum by (db_client_connection_state) (${name('poolConnections')})`,
          '{{db_client_connection_state}}',
        ],
        [`sum(${name('poolMax')})`, 'most'],
        [`sum(${name('poolPending')})`, 'waiting'],
      ],
    },
    {
      title: 'Callers that gave up',
      unit: 'ops',
      threshold: 0.1,
      queries: [
        [
          `sum by (db_client_connection_pool_name) (${rate(name('poolTimeouts'))})`,
          '{{db_client_connection_pool_name}}',
        ],
      ],
    },
  ],
  Mirror: [
    {
      title: 'Mirrors by state',
      unit: 'short',
      queries: [
        [last('mirrors', 'kaggle_data_mirror_state'), '{{kaggle_data_mirror_state}}'],
        [last('staleMirrors'), 'stale'],
      ],
    },
    {
      title: 'Oldest check and oldest waiting sync',
      unit: 's',
      threshold: 93_600,
      queries: [
        [last('oldestCheck'), 'check'],
        [last('oldestQueuedSync'), 'waiting'],
      ],
    },
    {
      title: 'Syncs queued and running',
      unit: 'short',
      queries: [[last('queuedSyncs', 'kaggle_data_sync_state'), '{{kaggle_data_sync_state}}']],
    },
    {
      title: 'Finished syncs',
      unit: 'short',
      queries: [
        [
          `sum by (kaggle_data_outcome) (increase(${name('syncDuration')}_count[1h]))`,
          '{{kaggle_data_outcome}} in 1 h',
        ],
      ],
    },
    {
      title: 'Conversions to tables by outcome',
      unit: 'short',
      queries: [
        [
          `sum by (kaggle_data_outcome) (increase(${name('conversionDuration')}_count[1h]))`,
          '{{kaggle_data_outcome}} in 1 h',
        ],
      ],
    },
    {
      title: 'Stages, 95th percentile',
      unit: 's',
      queries: [[quantile(0.95, 'stageDuration', 'kaggle_data_sync_stage'), '{{kaggle_data_sync_stage}}']],
    },
    {
      title: 'Responses of Kaggle',
      unit: 'reqps',
      queries: [
        [
          `sum by (http_response_status_code) (${rate(name('kaggleResponses'))})`,
          '{{http_response_status_code}}',
        ],
        [`sum(${rate(name('kaggleRetries'))})`, 'repeated'],
      ],
    },
    {
      title: 'Deliveries',
      unit: 'short',
      queries: [
        [last('deliveries', 'kaggle_data_delivery_state'), '{{kaggle_data_delivery_state}}'],
        [
          `sum by (kaggle_data_outcome) (increase(${name('deliveryRequests')}[1h]))`,
          'requests {{kaggle_data_outcome}} in 1 h',
        ],
      ],
    },
    {
      title: 'Oldest pending delivery',
      unit: 's',
      threshold: 3_600,
      queries: [[last('oldestDelivery'), 'pending']],
    },
    { title: 'Downloads', unit: 'Bps', queries: [[`sum(${rate(name('downloaded'))})`, 'from Kaggle']] },
    {
      title: 'Volume',
      unit: 'bytes',
      queries: [
        [last('volumeFree'), 'free'],
        [last('volumeSize'), 'size'],
      ],
    },
    {
      title: 'Migrations pending',
      unit: 'short',
      threshold: 1,
      queries: [[last('migrationsPending'), 'pending']],
    },
  ],
  Processes: [
    {
      title: 'Event loop delay, 99th percentile',
      unit: 's',
      threshold: 0.25,
      queries: [['max by (instance) (nodejs_eventloop_delay_p99_seconds)', '{{instance}}']],
    },
    {
      title: 'Event loop utilisation',
      unit: 'percentunit',
      queries: [['max by (instance) (nodejs_eventloop_utilization_ratio)', '{{instance}}']],
    },
    {
      title: 'Heap in use',
      unit: 'bytes',
      queries: [['sum by (instance) (v8js_memory_heap_used_bytes)', '{{instance}}']],
    },
    {
      title: 'Time in garbage collection',
      unit: 'percentunit',
      queries: [[`sum by (instance) (${rate('v8js_gc_duration_seconds_sum')})`, '{{instance}}']],
    },
  ],
};

const DATASOURCE = { type: 'prometheus', uid: '$datasource' };
const COLUMNS = 3;
const SIZE = { h: 8, w: 24 / COLUMNS };

/** The dashboard as Grafana imports it. */
export function dashboard(): object {
  const panels: object[] = [];
  let y = 0;
  for (const [title, row] of Object.entries(ROWS)) {
    panels.push({
      type: 'row',
      title,
      id: panels.length + 1,
      gridPos: { h: 1, w: 24, x: 0, y },
      collapsed: false,
      panels: [],
    });
    y += 1;
    row.forEach((panel, index) => {
      const gridPos = { ...SIZE, x: (index % COLUMNS) * SIZE.w, y: y + Math.floor(index / COLUMNS) * SIZE.h };
      panels.push({ ...timeseries(panel), id: panels.length + 1, gridPos });
    });
    y += Math.ceil(row.length / COLUMNS) * SIZE.h;
  }
  return {
    uid: 'kaggle-data',
    title: 'Kaggle Data',
    tags: ['kaggle-data'],
    schemaVersion: 39,
    refresh: '1m',
    time: { from: 'now-6h', to: 'now' },
    templating: {
      list: [{ name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' }],
    },
    panels,
  };
}

function timeseries({ title, unit, queries, threshold }: Panel): object {
  const steps = [
    { color: 'green', value: null },
    ...(threshold === undefined ? [] : [{ color: 'red', value: threshold }]),
  ];
  return {
    type: 'timeseries',
    title,
    datasource: DATASOURCE,
    targets: queries.map(([expr, legendFormat], index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: DATASOURCE,
      expr,
      legendFormat,
    })),
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        thresholds: { mode: 'absolute', steps },
        custom: { thresholdsStyle: { mode: threshold === undefined ? 'off' : 'line' } },
      },
      overrides: [],
    },
    options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi' } },
  };
}

if (import.meta.main) writeFileSync(DASHBOARD, `${JSON.stringify(dashboard(), null, 2)}\n`);
