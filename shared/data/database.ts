import { createPool, type Interceptor } from 'slonik';
import { type Admitted, admit } from './admission.ts';
import { announcing, noticeWrites } from './announce.ts';
import { awaitRoute } from './await-route.ts';
import { createDriver } from './driver.ts';
import { observePool } from './pool-telemetry.ts';
import { observeQuery } from './query-telemetry.ts';
import { rowValidation } from './row-validation.ts';
import { sql } from './sql.ts';

export interface DatabaseOptions {
  /** `postgres://…`, with every parameter that `pg` knows (sslmode, sslrootcert …). */
  url: string;
  /** Shown in pg_stat_activity. */
  name: string;
  poolSize: number;
  /** Milliseconds. */
  statementTimeout: number;
  validateRows: boolean;
  /** Ends each wait within 4.5 seconds: for requests, not for jobs. */
  impatient?: boolean;
  /** The process may be frozen as soon as a query is done. */
  frozen?: boolean;
}

const CONNECT_TIMEOUT = 2_000;
/** A server that is stopped without a word does not keep its statement timeout; we do, a little later. */
const SILENCE_TIMEOUT = 300;
/** For each connection: at some milliseconds a statement the last one still gets its turn in good time. */
const WAITING_PER_PLACE = 25;
/** Some 16 MiB each, until a page is JSON. */
const PAGES = 4;
const BATCHES = 1;
const PATIENCE = { place: 2_000, answer: 4_500 };
const IDLE_IN_TRANSACTION_TIMEOUT = 10_000;
const NOTHING = Promise.resolve(null);
const OPENING = sql.typeAlias('void')`SELECT`;

/**
 * The pool of a process. It is there at once, with the database up or down; its first connection is opened in
 * the background, and whoever queries meanwhile waits for that one instead of opening a second.
 */
export async function createDatabase(options: DatabaseOptions): Promise<Admitted> {
  let first: Promise<unknown> | undefined;
  const awaitFirst: Interceptor = {
    name: 'await-first-connection',
    beforePoolConnection: ({ query }) =>
      first === undefined || query === OPENING ? NOTHING : first.then(() => null),
  };
  const pool = await createPool(options.url, {
    driverFactory: createDriver(
      {
        connectionString: options.url,
        application_name: options.name,
        connectionTimeoutMillis: CONNECT_TIMEOUT,
        statement_timeout: options.statementTimeout,
        idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT,
        keepAlive: true,
      },
      options.statementTimeout + SILENCE_TIMEOUT,
      [observeQuery, noticeWrites],
    ),
    connectionRetryLimit: 0,
    idleTimeout: 60_000,
    interceptors: [awaitFirst, ...(options.validateRows ? [rowValidation] : [])],
    maxPoolSize: options.poolSize,
    // No session state is ever set, and DISCARD ALL would throw prepared statements away.
    resetConnection: async () => {},
  });
  first = awaitRoute(options.url)
    .then(() => pool.query(OPENING))
    .catch(() => {})
    .then(() => {
      first = undefined;
    });
  const { name, poolSize: places } = options;
  const limits = { places, pages: PAGES, batches: BATCHES, waiting: places * WAITING_PER_PLACE };
  const bounded = options.impatient
    ? admit(pool, { name, ...limits, patience: PATIENCE })
    : { ...pool, pages: pool, batches: pool };
  return observePool(announcing(bounded, { waits: options.frozen === true }), name, places);
}
