import type { DatabasePool } from 'slonik';
import type { JobConfig } from '#shared/config/job-config.ts';
import type { Claim } from '#shared/data/sync-queue.ts';
import type { Kaggle } from '#shared/kaggle/client.ts';
import type { Budget } from '#shared/kaggle/retry.ts';
import type { Upstream } from '#shared/kaggle/upstream.ts';
import type { VersionRef } from '#shared/storage/layout.ts';
import type { Logger } from '#shared/telemetry/logger.ts';
import type { Lease } from './lease.ts';
import type { Report } from './run-report.ts';
import type { Throttle } from './throttle.ts';

/** What a whole run works with. */
export interface Run {
  config: JobConfig;
  db: DatabasePool;
  kaggle: Kaggle;
  throttle: Throttle;
  report: Report;
  log: Logger;
  /** The run is to stop. */
  signal: AbortSignal;
  /** Samples are fetched like all others: the base is not the real Kaggle. */
  withSamples: boolean;
}

/** One dataset in the hands of this worker. */
export interface MirrorTask {
  run: Run;
  claim: Claim;
  lease: Lease;
  budget: Budget;
}

/** One version of it to be brought here. */
export interface VersionTask extends MirrorTask {
  ref: VersionRef;
  upstream: Upstream;
  /** This worker's own folder on the volume, named by its fence. */
  dir: string;
  /** Bytes that its files may have; null is no bound. */
  maxBytes: number | null;
  /** What is on the volume is damaged: take the fresh copy for it. */
  replace: boolean;
}
