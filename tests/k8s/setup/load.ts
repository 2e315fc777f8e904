import type { Answer } from './ingress.ts';

type Request = () => Promise<Answer>;

/** The answers to `count` requests sent at once; one that got no answer has status 0. */
export function burst(count: number, request: Request): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, () => statusOf(request)));
}

/** Keeps `clients` requests going until it is stopped; then gives how often each status came. */
export function constantLoad(clients: number, request: Request) {
  const counts = new Map<number, number>();
  let going = true;
  const loops = Array.from({ length: clients }, async () => {
    while (going) {
      const status = await statusOf(request);
      counts.set(status, (counts.get(status) ?? 0) + 1);
      await new Promise((pause) => setTimeout(pause, 20));
    }
  });
  return async (): Promise<Record<number, number>> => {
    going = false;
    await Promise.all(loops);
    return Object.fromEntries(counts);
  };
}

/** How many of `count` checks hold; twenty are under way at a time. */
export async function tally(count: number, check: () => Promise<boolean>): Promise<number> {
  let started = 0;
  let held = 0;
  const loops = Array.from({ length: 20 }, async () => {
    while (started++ < count) {
      if (await check()) held += 1;
    }
  });
  await Promise.all(loops);
  return held;
}

const statusOf = (request: Request): Promise<number> =>
  request().then(
    ({ status }) => status,
    () => 0,
  );
