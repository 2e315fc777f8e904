import * as z from 'zod';
import { accessFields, accessIsWhole, loginIsWhole } from './access-fields.ts';
import { listenAddress } from './address-fields.ts';
import { absolutePath, DatabaseUrl, Flag, integer, LogLevel, Port, Switch } from './fields.ts';
import { pullFields } from './pull-fields.ts';
import { scheduleFields } from './schedule-fields.ts';
import { metricsPort, telemetryFields } from './telemetry-fields.ts';

/** The environment of the API, in a container and on Lambda. */
export const ServerConfig = z
  .object({
    /** PostgreSQL with the migrations applied: `postgres://user:password@host:5432/database`. The API starts while the database is unreachable, and recovers by itself. */
    DATABASE_URL: DatabaseUrl,
    /** Maximum number of connections of one instance. Instances × this value must stay below max_connections of PostgreSQL. */
    DATABASE_POOL_SIZE: integer(1, 100).default(10),
    /** Milliseconds after which PostgreSQL cancels a statement. Raise it only for a slow database. */
    DATABASE_STATEMENT_TIMEOUT: integer(100, 600_000).default(4_000),
    /** `true` checks each row from PostgreSQL against its schema. It costs processor time. Set it in development and tests. */
    VALIDATE_ROWS: Flag.default(false),
    /** Address to listen on. Set `127.0.0.1` to accept requests of the same machine only. */
    HOST: listenAddress().default('0.0.0.0'),
    /** TCP port to listen on. Knative sets it. */
    PORT: Port.default(3000),
    /** Milliseconds within which a whole request must arrive. Its header fields must arrive within 10 seconds. Raise it for clients on slow networks. */
    REQUEST_TIMEOUT: integer(1_000, 600_000).default(30_000),
    /** Maximum number of requests in progress in one instance. Further requests get 503 at once. A response that is being downloaded does not count. */
    MAX_CONCURRENT_REQUESTS: integer(1, 10_000).default(250),
    /** Absolute path of the volume with the mirrored files. The API only reads it. File routes respond with 503 without it. */
    KAGGLE_DATA_ROOT: absolutePath().optional(),
    /** `off` disables tables. The lists of tables are then empty. */
    MIRROR_TABLES: Switch.default(true),
    /** Who may run SQL and compare tables. `token` requires a token with the scope `read`. `open` allows what REQUIRE_AUTH_FOR_READS allows. `off` disables both. */
    MIRROR_SQL: z.enum(['token', 'open', 'off'], { error: 'must be token, open or off' }).default('token'),
    ...pullFields,
    ...scheduleFields,
    /** Seconds after which an event stream of GET /changes ends, and its client connects again. It must be less than a proxy allows for a response, which is 300 for Knative. */
    CHANGES_STREAM_SECONDS: integer(1, 86_400).default(240),
    /** Comma-separated names of the functions to serve. The API serves all functions when absent. Set it to run one function as a service of its own. */
    FUNCTIONS: z
      .string()
      .transform((names) => names.split(/[\s,]+/).filter((name) => name !== ''))
      .refine((names) => names.length > 0, { error: 'must name at least one function' })
      .optional(),
    /** `true` streams responses on AWS Lambda. Set it for function URLs with the invoke mode RESPONSE_STREAM. */
    LAMBDA_STREAMING: Flag.default(false),
    ...accessFields,
    /** TCP port that serves `/metrics` to Prometheus. `off` disables it. */
    METRICS_PORT: metricsPort().default(9464),
    ...telemetryFields,
    /** Minimum log level: fatal, error, warn, info, debug, trace or silent. */
    LOG_LEVEL: LogLevel,
  })
  .refine(accessIsWhole, {
    path: ['OIDC_AUDIENCE'],
    error: 'goes together with OIDC_ISSUER: set both or neither',
  })
  .refine(loginIsWhole, {
    path: ['OIDC_CLIENT_ID'],
    error: 'goes together with OIDC_ISSUER, and OIDC_CLIENT_SECRET with it',
  });

export type ServerConfig = z.output<typeof ServerConfig>;
