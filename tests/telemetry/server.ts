import { once } from 'node:events';
import { afterAll, beforeAll } from 'vitest';
import { hasDatabase, type TestDatabase } from '#tests/setup/api.ts';
import { type ApiProcess, startApi } from '#tests/setup/processes.ts';

export interface Server {
  readonly address: string;
  readonly process: ApiProcess;
  /** What Prometheus would read. */
  metrics(): Promise<string>;
  /** Ends it as Kubernetes does. */
  stop(): Promise<number | null>;
}

/** The server as a process of its own, with its metrics on a free port. */
export function useServer(database: TestDatabase, env: () => Record<string, string> = () => ({})): Server {
  let api: ApiProcess;
  const stop = async () => {
    if (api.child.exitCode === null && api.child.signalCode === null) api.child.kill('SIGTERM');
    return api.exited;
  };
  if (hasDatabase) {
    beforeAll(async () => {
      api = await startApi('server', {
        DATABASE_URL: database.url,
        AUTH: 'off',
        RATE_LIMIT: 'off',
        METRICS_PORT: '0',
        ...env(),
      });
    });
    afterAll(() => stop());
  }
  return {
    get address() {
      return api.address;
    },
    get process() {
      return api;
    },
    metrics: () => metricsOf(api),
    stop,
  };
}

/** What Prometheus would read of a process, as soon as it serves metrics. */
export async function metricsOf(api: ApiProcess): Promise<string> {
  const port = () => /"port":(\d+),"msg":"metrics are served"/.exec(api.output())?.[1];
  while (port() === undefined) {
    if (api.child.exitCode !== null) throw new Error(api.output());
    if (api.child.stdout) await once(api.child.stdout, 'data');
  }
  return (await fetch(`http://127.0.0.1:${port()}/metrics`)).text();
}
