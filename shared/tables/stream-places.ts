import { Problem } from '#shared/http/problems.ts';

/**
 * Each stream is a process of its own, with up to some 200 MiB of what this one may have. SQL has another, of up to 320 MiB.
 */
const AT_ONCE = 2;

export interface StreamPlaces {
  /** Takes a place; what it returns gives it back, once. @throws {Problem} overloaded */
  take(): () => void;
}

/** Bounds the processes that stream rows. */
export function createStreamPlaces(): StreamPlaces {
  let taken = 0;
  return {
    take() {
      if (taken >= AT_ONCE)
        throw new Problem(
          'overloaded',
          `${AT_ONCE} streams of rows are open. Retry shortly, or fetch data.parquet.`,
          { headers: { 'retry-after': '5' } },
        );
      taken += 1;
      let held = true;
      return () => {
        if (held) taken -= 1;
        held = false;
      };
    },
  };
}
