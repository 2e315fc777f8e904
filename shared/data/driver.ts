import pg from 'pg';
import { BackendTerminatedError, createDriverFactory, type DriverFactory } from 'slonik';
import { types } from './type-parsers.ts';

/**
 * Slonik's driver over `pg`. Slonik's own opens a throw-away connection to look type OIDs up before its pool
 * exists, so that a process could neither start without its database nor start fast; the OIDs of the built-in
 * types never change (see docs/decisions/2026-11-23-slonik-driver.md). Streams of rows are not offered.
 */
export function createDriver(connection: pg.ClientConfig): DriverFactory {
  return createDriverFactory(async () => ({
    async createPoolClient({ clientEventEmitter }) {
      const client = new pg.Client({ ...connection, types });
      client.on('error', (error) => clientEventEmitter.emit('error', terminated(error)));
      return {
        connect: async () => {
          await client.connect();
        },
        end: () => client.end(),
        async query(text, values, options) {
          const query: pg.QueryConfig = { text, values: (values ?? []) as unknown[] };
          if (options?.name !== undefined) query.name = options.name;
          const { command, fields, rowCount, rows } = await client.query(query).catch((error) => {
            throw terminated(error);
          });
          return {
            command: command as 'SELECT',
            fields: fields.map(({ dataTypeID, name }) => ({ dataTypeId: dataTypeID, name })),
            rowCount,
            rows,
          };
        },
        stream() {
          throw new Error('rows cannot be streamed. Read them in pages.');
        },
      };
    },
  }));
}

/** Slonik stops using a connection, and reports what its transaction met, only when told so by this class. */
function terminated(error: Error & { code?: string }): Error {
  const lost =
    error.code?.startsWith('57P0') || /^(connection terminated|query read timeout)/i.test(error.message);
  return lost ? new BackendTerminatedError(error) : error;
}
