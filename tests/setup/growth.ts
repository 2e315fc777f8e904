import { expect } from 'vitest';

/** Less is lost among compiling and collecting garbage. Milliseconds. */
const NOISE = 5;
/** Four times the input takes four times as long where it is looked at once, sixteen times where each part looks at all others. */
const MOST = 8;
const ATTEMPTS = 4;

/**
 * Holds when input of `length` keeps this thread, in which the API runs too, about as busy as its length asks for.
 * Processor time: what else the machine does, and waiting for the database, is not in it.
 */
export async function expectLinear(
  what: string,
  length: number,
  run: (length: number) => Promise<unknown>,
): Promise<void> {
  let long = Number.POSITIVE_INFINITY;
  let short = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    long = Math.min(long, await busy(() => run(length)));
    if (long <= MOST * NOISE) return;
    short = Math.min(short, await busy(() => run(length / 4)));
    if (long <= MOST * Math.max(short, NOISE)) return;
  }
  expect.fail(`${what}: ${short} ms at a quarter of the length, ${long} ms at the whole`);
}

async function busy(run: () => Promise<unknown>): Promise<number> {
  const before = process.threadCpuUsage();
  await run();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
