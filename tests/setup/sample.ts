import { crc32 } from 'node:zlib';
import { expect, inject } from 'vitest';
import { createRandom } from '#tests/load/random.ts';

/** Whether the exhaustive forms are tried (`SLOW=1`): each point, way and input, rather than some. */
export const isSlow = process.env.SLOW === '1';

/** Whether that is tried too which takes long and seldom breaks (`WHOLE=1`, as `.ci/run` has it): clients, compose, what documents print. */
export const isWhole = isSlow || process.env.WHOLE === '1';

/** What all random choices of this run are made from; printed at its start, and given again by `SEED`. */
export const seed = inject('seed');

/** All items with `SLOW=1`, otherwise `count` of them at random, in their order: others for each test. */
export function sample<Item>(items: readonly Item[], count: number): Item[] {
  if (isSlow) return [...items];
  const random = createRandom(seed ^ crc32(expect.getState().currentTestName ?? ''));
  const places = [...items.keys()].map((place) => ({ place, draw: random() }));
  const drawn = places.toSorted((a, b) => a.draw - b.draw).slice(0, count);
  return drawn
    .map(({ place }) => place)
    .sort((a, b) => a - b)
    .map((place) => items[place] as Item);
}
