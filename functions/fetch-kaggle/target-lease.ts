import { randomUUID } from 'node:crypto';
import {
  keepTarget,
  releaseTarget,
  type Sent,
  settleDeliveries,
  takeTarget,
} from '#shared/data/deliveries.ts';
import type { Run } from './run.ts';

const LEASE = 60;
/** Milliseconds for which nobody asks again. They are of the process's own, which no step of a clock changes. */
const FRESH = 250;

export interface TargetLease {
  /** Aborted when another job has the target, or when the run stops. */
  signal: AbortSignal;
  /** False as soon as another job has it. A clock that steps, or a process that was frozen, makes that happen to who lives. */
  isHeld(): Promise<boolean>;
  /** Keeps how deliveries went, unless another job has the target. */
  settle(sent: readonly Sent[]): Promise<void>;
  release(): Promise<void>;
}

/** Takes a target to deliver to; null while another job has it. Its clock says when a job is dead, never whose turn it is. */
export async function holdDeliveryTarget(
  { db, signal }: Pick<Run, 'db' | 'signal'>,
  target: number,
): Promise<TargetLease | null> {
  const hold = { holder: randomUUID(), seconds: LEASE };
  if (!(await takeTarget(db, target, hold))) return null;
  const lost = new AbortController();
  let confirmed = performance.now();
  const confirm = async (asking: Promise<boolean>) => {
    const begun = performance.now();
    if (await asking) confirmed = begun;
    else lost.abort();
  };
  const keep = () => confirm(keepTarget(db, target, hold));
  let confirming: Promise<void> | undefined;
  const renewing = setInterval(() => void keep().catch(() => {}), (LEASE * 1_000) / 3);
  return {
    signal: AbortSignal.any([signal, lost.signal]),
    async isHeld() {
      if (performance.now() - confirmed > FRESH) {
        confirming ??= keep().finally(() => {
          confirming = undefined;
        });
        await confirming;
      }
      return !lost.signal.aborted;
    },
    settle: (sent) => confirm(settleDeliveries(db, { target, holder: hold.holder }, sent)),
    async release() {
      clearInterval(renewing);
      await releaseTarget(db, target, hold.holder).catch(() => {});
    },
  };
}
