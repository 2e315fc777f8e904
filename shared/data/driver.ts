import pg from 'pg';
import { BackendTerminatedError, createDriverFactory, type DriverFactory } from 'slonik';
import { types } from './type-parsers.ts';

/** Told of each statement as it begins; the function that it returns of its end: an error, or how many rows it gave. */
export type WatchQuery = (
  text: string,
  name: string | undefined,
) => (error: Error | null, rowCount: number) => void;

/**
 * Slonik's driver over `pg`. Slonik's own opens a throw-away connection to look type OIDs up before its pool
 * exists, so that a process could neither start without its database nor start fast; the OIDs of the built-in
 * types never change (see docs/decisions/2026-11-23-slonik-driver.md). Streams of rows are not offered. A query that has
 * no answer after `silence` milliseconds fails. Slonik would have interceptors waited for, one by one.
 */
export function createDriver(
  connection: pg.ClientConfig,
  silence: number,
  watches: readonly WatchQuery[] = [],
): DriverFactory {
  return createDriverFactory(async () => ({
    async createPoolClient({ clientEventEmitter }) {
      const client = new pg.Client({ ...connection, types });
      client.on('error', (error) => clientEventEmitter.emit('error', terminated(error)));
      let giveUp: ((error: Error) => void) | null = null;
      // One for each connection: pg's own, one for each query, keeps rows of earlier ones from the young collector.
      const patience = setTimeout(() => giveUp?.(silent()), silence).unref();
      return {
        connect: async () => {
          await client.connect();
        },
        end() {
          clearTimeout(patience);
          return client.end();
        },
        query: (text, values, options) =>
          new Promise((resolve, reject) => {
            const ends = watches.map((watch) => watch(text, options?.name));
            const settle = (error: Error | null, rowCount = 0) => {
              giveUp = null;
              for (const end of ends.splice(0)) end(error, rowCount);
              if (error) reject(error);
            };
            // pg copies a configuration property by property, at a third of what it takes to send a query.
            const query = new pg.Query(text, (values ?? []) as unknown[]);
            Object.assign(query, { name: options?.name, callback });
            giveUp = settle;
            patience.refresh();
            client.query(query);
            function callback(error: Error | null, result: pg.QueryResult) {
              if (error) return settle(terminated(error));
              const { command, rowCount, rows } = result;
              settle(null, rowCount ?? 0);
              // No interceptor of ours looks at fields.
              resolve({ command: command as 'SELECT', fields: [], rowCount, rows });
            }
          }),
        stream() {
          throw new Error('rows cannot be streamed. Read them in pages.');
        },
      };
    },
  }));
}

/** Slonik stops using a connection, and reports what its transaction met, only when told so by this class. */
function terminated(error: Error & { code?: string }): Error {
  const lost = error.code?.startsWith('57P0') || /^connection terminated/i.test(error.message);
  return lost ? new BackendTerminatedError(error) : error;
}

function silent(): Error {
  return new BackendTerminatedError(new Error('The database is silent.'));
}
