import { type Answer, createGenerator } from './arrivals.ts';
import { findCapacity, staged } from './capacity.ts';
import type { Environment } from './environment.ts';
import type { LoadOptions } from './options.ts';
import { createRandom } from './random.ts';
import { createRefusals } from './refusals.ts';
import { decimal, momentTable, TALLY_HEAD, table, tallyRow } from './report.ts';
import { lateness } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import { theilSen } from './slope.ts';
import { createTally } from './tally.ts';
import { type Moment, watch } from './watch.ts';

const INTERVAL = 5_000;
/** What counts as growth, over the second half of the time: more than a tenth of the memory, or ten descriptors. */
const BOUNDS = { rssShare: 0.1, descriptors: 10 };

/** Half of the capacity for a long time. @returns whether nothing grew and nothing failed */
export async function runSoak(
  environment: Environment,
  { scenario, seconds, rate: given }: LoadOptions,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  if (process.platform !== 'linux') throw new Error('a soak reads /proc: it needs Linux');
  const rate = given ?? Math.round((await findCapacity(environment, scenario, say, signal)) / 2);
  const generator = createGenerator(environment.origin, SCENARIOS[scenario](createRandom(4)), signal);
  const watching = await watch(environment, INTERVAL);
  const tally = createTally(seconds);
  const refusals = createRefusals();
  const record = (answer: Answer) => {
    tally.record(answer);
    refusals.record(answer);
  };
  try {
    await generator.offer([staged(rate, seconds, { record })]);
  } finally {
    await generator.close();
    await watching.stop();
  }
  say(table(TALLY_HEAD, [tallyRow(`soak, ${scenario}`, { rate, seconds }, tally)]));
  say(`\n${momentTable(watching.moments)}\n\n${lateness(tally)}`);
  for (const line of refusals.lines(watching.moments)) say(line);
  const half = watching.moments.filter(({ at }) => at >= seconds / 2);
  const rss = growth(half, ({ rssMib }) => rssMib ?? 0);
  const heap = growth(half, ({ heapMib }) => heapMib ?? 0);
  const descriptors = growth(half, ({ descriptors }) => descriptors ?? 0);
  const bound = BOUNDS.rssShare * (half[0]?.rssMib ?? 0);
  say(`Growth over the last ${decimal(seconds / 2)} s, by the Theil–Sen slope of ${half.length} moments:`);
  say(`  RSS ${decimal(rss)} MiB (bound ${decimal(bound)}), heap ${decimal(heap)} MiB,`);
  say(`  descriptors ${decimal(descriptors)} (bound ${BOUNDS.descriptors}).`);
  return rss <= bound && descriptors <= BOUNDS.descriptors && tally.errors.size + tally.refused.count() === 0;
}

function growth(moments: readonly Moment[], value: (moment: Moment) => number): number {
  const [first, last] = [moments[0], moments.at(-1)];
  if (!first || !last) return Number.NaN;
  return theilSen(moments.map((moment) => [moment.at, value(moment)] as const)) * (last.at - first.at);
}
