import * as z from 'zod';
import { accessFields, accessIsWhole } from './access-fields.ts';
import { DatabaseUrl, Flag, integer, LogLevel, Port, Switch } from './fields.ts';
import { metricsPort, telemetryFields } from './telemetry-fields.ts';

/** The environment of the API, in a container and on Lambda. */
export const ServerConfig = z
  .object({
    /** PostgreSQL with the migrations applied; the process starts without it and recovers when it appears. */
    DATABASE_URL: DatabaseUrl,
    /** Most connections this process opens; times the number of instances it must stay below max_connections. */
    DATABASE_POOL_SIZE: integer(1, 100).default(10),
    /** Milliseconds after which PostgreSQL cancels a statement of ours. */
    DATABASE_STATEMENT_TIMEOUT: integer(100, 600_000).default(4_000),
    /** Check each row against its schema: development and tests. */
    VALIDATE_ROWS: Flag.default(false),
    /** Address and TCP port to listen on; Knative sets PORT. */
    HOST: z.string().default('0.0.0.0'),
    PORT: Port.default(3000),
    /** Milliseconds in which a request has to arrive whole, its header fields within 10 seconds of them. */
    REQUEST_TIMEOUT: integer(1_000, 600_000).default(30_000),
    /** Requests in work at once; whoever comes beyond them is told 503 at once. An answer being downloaded is not in work. */
    MAX_CONCURRENT_REQUESTS: integer(1, 10_000).default(250),
    /** The mirror's volume; without it file routes answer 503. */
    KAGGLE_DATA_ROOT: z.string().startsWith('/', { error: 'must be an absolute path' }).optional(),
    /** `off`: versions have no tables. */
    MIRROR_TABLES: Switch.default(true),
    /** Names of the functions to serve, by comma; all of them when absent. */
    FUNCTIONS: z
      .string()
      .transform((names) => names.split(',').map((name) => name.trim()))
      .optional(),
    /** On AWS Lambda: stream answers, for function URLs with the invoke mode RESPONSE_STREAM. */
    LAMBDA_STREAMING: Flag.default(false),
    ...accessFields,
    /** TCP port of Prometheus's own, where /metrics answers, or `off`. */
    METRICS_PORT: metricsPort().default(9464),
    ...telemetryFields,
    /** The least that is logged: fatal, error, warn, info, debug, trace or silent. */
    LOG_LEVEL: LogLevel,
  })
  .refine(accessIsWhole, {
    path: ['OIDC_AUDIENCE'],
    error: 'goes together with OIDC_ISSUER: set both or neither',
  });

export type ServerConfig = z.output<typeof ServerConfig>;
