import * as z from 'zod';
import { hosts, httpAddress } from './address-fields.ts';
import { deliveryFields } from './delivery-fields.ts';
import { absolutePath, DatabaseUrl, Flag, integer, LogLevel, Switch } from './fields.ts';
import { pullFields } from './pull-fields.ts';
import { metricsPort, telemetryFields } from './telemetry-fields.ts';

const REF = /^[\w-]{1,100}\/[\w-]{1,100}(?:\/versions\/([1-9]\d{0,9}))?$/;
const MAX_VERSION = 2_147_483_647;

/** The environment of the mirror job. */
export const JobConfig = z
  .object({
    /** PostgreSQL with the migrations applied: `postgres://user:password@host:5432/database`. */
    DATABASE_URL: DatabaseUrl,
    /** Absolute path of the volume, which must be writable. The files have the layout of kagglehub's cache, so that KAGGLEHUB_CACHE can be the same path. */
    KAGGLE_DATA_ROOT: absolutePath('is required: the absolute path of the volume'),
    /** Base address of Kaggle's API. The job sends credentials to this origin only. Set it to use a stand-in. */
    KAGGLE_BASE_URL: httpAddress()
      .default('https://api.kaggle.com/v1')
      .transform((url) => url.replace(/\/+$/, '')),
    /** Comma-separated hosts that downloads may be redirected to, as `host` or `host:port`. The host of KAGGLE_BASE_URL is also allowed when that address is plain http. */
    KAGGLE_DOWNLOAD_HOSTS: hosts({ ports: true }).default(['storage.googleapis.com']),
    /** Comma-separated datasets to register on start: owner/slug or owner/slug/versions/n. */
    MIRROR_DATASETS: list()
      .refine((refs) => refs.every(isRef), {
        error: 'must be owner/slug or owner/slug/versions/n, separated by commas',
      })
      .default([]),
    /** API token of a Kaggle user. Public datasets need no credentials. */
    KAGGLE_API_TOKEN: credential().optional(),
    /** Name of a Kaggle user, for credentials of the older kind. Requires KAGGLE_KEY. */
    KAGGLE_USERNAME: credential().optional(),
    /** Key of KAGGLE_USERNAME. Requires KAGGLE_USERNAME. */
    KAGGLE_KEY: credential().optional(),
    /** Number of datasets that one run mirrors at the same time. Lower it when Kaggle responds with 429. */
    MIRROR_CONCURRENCY: integer(1, 32).default(2),
    /** Maximum download speed of a run, in bytes per second. Unlimited when absent. */
    MIRROR_MAX_BYTES_PER_SECOND: integer(1_024, Number.MAX_SAFE_INTEGER).optional(),
    /** Number of newest versions to keep of each dataset. Pinned versions are kept as well. Lower it to save space. */
    MIRROR_KEEP_VERSIONS: integer(1, 100_000).default(3),
    /** Bytes on the volume that a download must leave free. */
    MIRROR_MIN_FREE_BYTES: integer(0, Number.MAX_SAFE_INTEGER).default(1_073_741_824),
    /** Requests per minute to each method of Kaggle's API, of all jobs together. Kaggle publishes no limits. `off` disables the limit. Lower it when Kaggle responds with 429. */
    MIRROR_REQUESTS_PER_MINUTE: z
      .literal('off', { error: 'must be off or an integer from 1 to 100000' })
      .transform(() => null)
      .or(integer(1, 100_000))
      .default(120),
    /** Number of retries for each dataset, over all its requests to Kaggle. */
    MIRROR_RETRIES: integer(0, 100).default(8),
    /** Milliseconds before the first retry. The delay doubles with each further retry, up to a minute. */
    MIRROR_RETRY_DELAY: integer(1, 60_000).default(1_000),
    /** Milliseconds without a byte after which a download is resumed on a new connection. */
    MIRROR_IDLE_TIMEOUT: integer(100, 600_000).default(60_000),
    /** Seconds without a heartbeat after which another job takes over a sync. */
    MIRROR_LEASE_SECONDS: integer(2, 3_600).default(30),
    /** Hours between the removal of a version from the catalogue and from the volume. Raise it when clients that mount the volume read a version for longer. Downloads from the API are not affected. */
    MIRROR_DELETE_GRACE_HOURS: integer(0, 10_000).default(24),
    ...pullFields,
    /** Maximum size in bytes of a dataset that pull-through brings, uncompressed. */
    MIRROR_PULL_THROUGH_MAX_BYTES: integer(1, Number.MAX_SAFE_INTEGER).default(10_000_000_000),
    /** Maximum size in bytes of all that pull-through brings together. Only the space on the volume bounds it when absent. */
    MIRROR_PULL_THROUGH_TOTAL_BYTES: integer(1, Number.MAX_SAFE_INTEGER).optional(),
    /** Days without a download after which a full run removes a dataset that pull-through brought and nobody changed. Nothing is removed when absent. */
    MIRROR_EVICT_AFTER_DAYS: integer(1, 3_650).optional(),
    /** `off` disables tables. The job then converts no files. */
    MIRROR_TABLES: Switch.default(true),
    /** Maximum size in bytes, uncompressed, of a file that becomes a table. */
    MIRROR_TABLES_MAX_BYTES: integer(1, Number.MAX_SAFE_INTEGER).default(20_000_000_000),
    /** Seconds after which the conversion of a file fails. Raise it for large files on slow volumes. */
    MIRROR_TABLES_MAX_SECONDS: integer(1, 86_400).default(3_600),
    /** Seconds that a full run spends on files of versions without tables, such as those of an earlier release. */
    MIRROR_TABLES_BACKLOG_SECONDS: integer(0, 86_400).default(3_600),
    /** Days that the feed of changes goes back. A client that was away for longer has to read everything again. */
    CHANGES_KEEP_DAYS: integer(4, 3_650).default(30),
    ...deliveryFields,
    /** `true` checks each row from PostgreSQL against its schema. It costs processor time. Set it in development and tests. */
    VALIDATE_ROWS: Flag.default(false),
    /** TCP port that serves `/metrics` to Prometheus while the job runs. Set it for a worker that runs permanently. */
    METRICS_PORT: metricsPort().prefault('off'),
    ...telemetryFields,
    /** Minimum log level: fatal, error, warn, info, debug, trace or silent. */
    LOG_LEVEL: LogLevel,
  })
  .refine((config) => config.WEBHOOK_URLS.length === 0 || config.WEBHOOK_SECRET !== undefined, {
    path: ['WEBHOOK_SECRET'],
    error: 'is required with WEBHOOK_URLS',
  })
  .refine((config) => (config.KAGGLE_USERNAME === undefined) === (config.KAGGLE_KEY === undefined), {
    path: ['KAGGLE_KEY'],
    error: 'KAGGLE_USERNAME and KAGGLE_KEY must be set together',
  });

export type JobConfig = z.output<typeof JobConfig>;

function isRef(text: string): boolean {
  const [found, version = '1'] = REF.exec(text) ?? [];
  return found !== undefined && Number(version) <= MAX_VERSION;
}

/** Files end in a newline, and what is made of them often does. */
function credential() {
  return z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]+$/, { error: 'must be visible ASCII on one line' });
}

function list() {
  return z.string().transform((text) =>
    text
      .split(/[\s,]+/)
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );
}
