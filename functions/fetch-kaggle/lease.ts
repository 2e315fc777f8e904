import type { CommonQueryMethods } from 'slonik';
import { type Claim, extendLease, type Progress } from '#shared/data/sync-queue.ts';
import { transferRate } from './transfer-rate.ts';

/** The dataset was taken over by another worker, or its sync was cancelled: nothing of it may be written any more. */
export class LeaseLostError extends Error {
  constructor() {
    super('the sync was cancelled, or another worker took it over');
    this.name = 'LeaseLostError';
  }
}

export interface Lease {
  /** Aborted with a LeaseLostError, or when the run stops. */
  signal: AbortSignal;
  progress: Progress;
  /** Asks the database. @throws {LeaseLostError} */
  confirm(): Promise<void>;
  /** Runs `act` while no sign of life is on its way, which would write the progress of before. */
  alone<Result>(act: () => Promise<Result>): Promise<Result>;
  release(): void;
}

interface LeaseOptions {
  db: CommonQueryMethods;
  leaseSeconds: number;
  /** The run is to stop. */
  signal: AbortSignal;
  /** Called each second, with how far the sync has come. */
  onProgress(progress: Progress): void;
}

const TICK = 1_000;

/**
 * Keeps a claim alive: writes progress at most once a second, and a sign of life three times a lease.
 * While the database is away no one can take the claim over, so that the work goes on.
 */
export function holdLease(claim: Claim, { db, leaseSeconds, signal, onProgress }: LeaseOptions): Lease {
  const lost = new AbortController();
  const progress: Progress = {
    phase: 'check',
    bytesDone: 0,
    bytesTotal: null,
    bytesReserved: 0,
    bytesPerSecond: null,
  };
  const rate = transferRate();
  let written = '';
  let writtenAt = performance.now();
  let busy: Promise<unknown> | null = null;

  const confirm = async () => {
    const held = await extendLease(db, claim, { leaseSeconds, progress });
    writtenAt = performance.now();
    if (held) return;
    lost.abort(new LeaseLostError());
    throw lost.signal.reason;
  };
  const tick = async () => {
    progress.bytesPerSecond = rate(progress, performance.now());
    onProgress(progress);
    const state = JSON.stringify(progress);
    const due = performance.now() - writtenAt > (leaseSeconds * 1_000) / 3;
    if (busy || (state === written && !due)) return;
    await alone(confirm).catch(() => {});
    written = state;
  };
  const alone = async <Result>(act: () => Promise<Result>): Promise<Result> => {
    while (busy) await busy;
    const acting = act();
    busy = acting.catch(() => {}).finally(() => (busy = null));
    return acting;
  };
  const timer = setInterval(tick, Math.min(TICK, (leaseSeconds * 1_000) / 4));
  return {
    signal: AbortSignal.any([signal, lost.signal]),
    progress,
    confirm,
    alone,
    release: () => clearInterval(timer),
  };
}
