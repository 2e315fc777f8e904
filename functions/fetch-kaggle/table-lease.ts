import { extendTableLease, type TableClaim } from '#shared/data/table-queue.ts';
import { LeaseLostError } from './lease.ts';
import type { Run } from './run.ts';

/** Keeps the claim of a table alive; `signal` is aborted when it is lost, or when the run stops. */
export function holdTableLease({ db, config, signal }: Run, claim: TableClaim) {
  const seconds = config.MIRROR_LEASE_SECONDS;
  const lost = new AbortController();
  const confirm = async () => {
    if (await extendTableLease(db, claim, seconds)) return;
    lost.abort(new LeaseLostError());
    throw lost.signal.reason;
  };
  const timer = setInterval(() => void confirm().catch(() => {}), (seconds * 1_000) / 3);
  return {
    signal: AbortSignal.any([signal, lost.signal]),
    confirm,
    release: () => clearInterval(timer),
  };
}
