import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import type { Environment } from './environment.ts';

/** The server process at one moment; null is what this system cannot tell. */
export interface Moment {
  /** Seconds since watching began. */
  at: number;
  rssMib: number | null;
  heapMib: number | null;
  descriptors: number | null;
  connections: number;
  /** 99th percentile of the event loop's delay, milliseconds. */
  loopDelay: number | null;
  /** Seconds of processor time so far. */
  cpu: number | null;
}

export interface Watch {
  moments: Moment[];
  look(): Promise<Moment>;
  stop(): Promise<void>;
}

const TICKS_PER_SECOND = 100;

/** Looks at the server every `interval` ms until it is stopped. */
export async function watch(environment: Environment, interval: number): Promise<Watch> {
  const client = new pg.Client({
    connectionString: environment.databaseUrl,
    application_name: 'load-watch',
  });
  client.on('error', () => {});
  await client.connect();
  const begun = performance.now();
  const moments: Moment[] = [];
  const look = async () => {
    const [status, descriptors, stat, metrics, connections] = await Promise.all([
      readFile(`/proc/${environment.pid}/status`, 'utf8').catch(() => ''),
      readdir(`/proc/${environment.pid}/fd`).catch(() => null),
      readFile(`/proc/${environment.pid}/stat`, 'utf8').catch(() => ''),
      // Metrics begin a moment after the first answers.
      fetch(environment.metricsUrl).then(
        (answer) => answer.text(),
        () => '',
      ),
      client.query(
        "SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'kaggle-data-api'",
      ),
    ]);
    const moment: Moment = {
      at: (performance.now() - begun) / 1_000,
      rssMib: scaled(/VmRSS:\s+(\d+)/.exec(status)?.[1], 1 / 1_024),
      heapMib: sumOf(metrics, 'v8js_memory_heap_used_bytes', 1 / 1_024 ** 2),
      descriptors: descriptors?.length ?? null,
      connections: connections.rows[0].count,
      loopDelay: sumOf(metrics, 'nodejs_eventloop_delay_p99_seconds', 1_000),
      cpu: cpuSeconds(stat),
    };
    moments.push(moment);
    return moment;
  };
  let pending: Promise<unknown> = look();
  await pending;
  const timer = setInterval(() => {
    pending = pending.then(look).catch(() => {});
  }, interval);
  return {
    moments,
    look,
    async stop() {
      clearInterval(timer);
      await pending;
      await client.end();
    },
  };
}

/** utime and stime, fields 14 and 15 of proc_pid_stat(5), counted after the name, which may hold anything. */
function cpuSeconds(stat: string): number | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isNaN(ticks) ? null : ticks / TICKS_PER_SECOND;
}

/** Of a metric over all its labels. */
function sumOf(metrics: string, name: string, scale: number): number | null {
  const values = metrics
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)));
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) * scale;
}

function scaled(text: string | undefined, scale: number): number | null {
  return text === undefined ? null : Number(text) * scale;
}
