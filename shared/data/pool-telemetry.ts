import type { DatabasePool } from 'slonik';
import { observe } from '#shared/telemetry/measure.ts';

/** Tells metrics of a pool until it is ended (OpenTelemetry semantic conventions, "Database client"). */
export function observePool<Pool extends DatabasePool>(pool: Pool, name: string, size: number): Pool {
  const labels = { 'db.client.connection.pool.name': name };
  const stops = [
    observe('poolConnections', (result) => {
      const { acquiredConnections, idleConnections } = pool.state();
      result.observe(acquiredConnections, { ...labels, 'db.client.connection.state': 'used' });
      result.observe(idleConnections, { ...labels, 'db.client.connection.state': 'idle' });
    }),
    observe('poolMax', (result) => result.observe(size, labels)),
    observe('poolPending', (result) => result.observe(pool.state().waitingClients, labels)),
  ];
  return {
    ...pool,
    end() {
      for (const stop of stops) stop();
      return pool.end();
    },
  };
}
