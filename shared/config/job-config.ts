import * as z from 'zod';
import { DatabaseUrl, Flag, integer, LogLevel, Switch } from './fields.ts';
import { metricsPort, telemetryFields } from './telemetry-fields.ts';

const REF = /^[A-Za-z0-9_-]{1,100}\/[A-Za-z0-9_-]{1,100}(\/versions\/[1-9]\d{0,8})?$/;

/** The environment of the mirror job. */
export const JobConfig = z
  .object({
    /** PostgreSQL with the migrations applied. */
    DATABASE_URL: DatabaseUrl,
    /** The volume, writable; holds kagglehub's cache layout, so that KAGGLEHUB_CACHE can point to it. */
    KAGGLE_DATA_ROOT: z
      .string({ error: 'is required: the folder to mirror into' })
      .startsWith('/', { error: 'must be an absolute path' }),
    /** Root of Kaggle's RPC, with its path. Credentials are sent to this origin only. */
    KAGGLE_BASE_URL: z
      .url({ protocol: /^https?$/, error: 'must be an http or https address' })
      .default('https://api.kaggle.com/v1')
      .transform((url) => url.replace(/\/+$/, '')),
    /** Hosts, or host:port for another port than the usual one, that downloads may be redirected to, by comma. Beside them the base's own when it is plain http. */
    KAGGLE_DOWNLOAD_HOSTS: list().default(['storage.googleapis.com']),
    /** Datasets to register on start, by comma: owner/slug or owner/slug/versions/n. */
    KAGGLE_DATASETS: list()
      .refine((refs) => refs.every((ref) => REF.test(ref)), {
        error: 'must be owner/slug or owner/slug/versions/n, separated by commas',
      })
      .default([]),
    /** Credentials: a token, or user name and key; public datasets need none. */
    KAGGLE_API_TOKEN: z.string().optional(),
    KAGGLE_USERNAME: z.string().optional(),
    KAGGLE_KEY: z.string().optional(),
    /** Datasets worked on at a time. */
    KAGGLE_CONCURRENCY: integer(1, 32).default(2),
    /** Download speed of the whole run; unlimited when absent. */
    KAGGLE_MAX_BYTES_PER_SECOND: integer(1_024, Number.MAX_SAFE_INTEGER).optional(),
    /** Newest versions to keep of each dataset; pinned ones are kept beside them. */
    KAGGLE_KEEP_VERSIONS: integer(1, 100_000).default(3),
    /** Space on the volume that a download must leave free. */
    KAGGLE_MIN_FREE_BYTES: integer(0, Number.MAX_SAFE_INTEGER).default(1_073_741_824),
    /** Requests a minute to each method of Kaggle's API, which publishes no limits; `off` for none. */
    KAGGLE_REQUESTS_PER_MINUTE: z
      .literal('off', { error: 'must be off or an integer from 1 to 100000' })
      .transform(() => null)
      .or(integer(1, 100_000))
      .default(120),
    /** Attempts to repeat for each dataset, over all its requests. */
    KAGGLE_RETRIES: integer(0, 100).default(8),
    /** Milliseconds before the first repeat; doubled for each further one, up to a minute. */
    KAGGLE_RETRY_DELAY: integer(1, 60_000).default(1_000),
    /** Milliseconds without a byte after which a download is taken up again. */
    KAGGLE_IDLE_TIMEOUT: integer(100, 600_000).default(60_000),
    /** Seconds after which the work of a job that shows no sign of life is taken over. */
    KAGGLE_LEASE_SECONDS: integer(2, 3_600).default(30),
    /** Hours between a version's removal from the catalogue and from the volume, for those who read the volume itself; downloads from the API are waited for. */
    KAGGLE_DELETE_GRACE_HOURS: integer(0, 10_000).default(24),
    /** `off`: tabular files are not converted to tables. */
    MIRROR_TABLES: Switch.default(true),
    /** Bytes of a file, unpacked, beyond which it becomes no table. */
    MIRROR_TABLES_MAX_BYTES: integer(1, Number.MAX_SAFE_INTEGER).default(20_000_000_000),
    /** Seconds after which the conversion of a file is given up. */
    MIRROR_TABLES_MAX_SECONDS: integer(1, 86_400).default(3_600),
    /** Seconds that a whole run spends on tables of versions mirrored by earlier releases. */
    MIRROR_TABLES_BACKLOG_SECONDS: integer(0, 86_400).default(3_600),
    /** Check each row against its schema: development and tests. */
    VALIDATE_ROWS: Flag.default(false),
    /** TCP port of Prometheus's own, where /metrics answers while the job runs; by default it is off, as runs end. */
    METRICS_PORT: metricsPort().prefault('off'),
    ...telemetryFields,
    /** The least that is logged: fatal, error, warn, info, debug, trace or silent. */
    LOG_LEVEL: LogLevel,
  })
  .refine((config) => (config.KAGGLE_USERNAME === undefined) === (config.KAGGLE_KEY === undefined), {
    path: ['KAGGLE_KEY'],
    error: 'KAGGLE_USERNAME and KAGGLE_KEY must be set together',
  });

export type JobConfig = z.output<typeof JobConfig>;

function list() {
  return z.string().transform((text) =>
    text
      .split(/[\s,]+/)
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );
}
