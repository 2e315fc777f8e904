import { createGenerator, type Stage } from './arrivals.ts';
import type { Environment } from './environment.ts';
import { createRandom } from './random.ts';
import { TALLY_HEAD, table, tallyRow } from './report.ts';
import { SCENARIOS, type ScenarioName } from './scenarios.ts';
import { createTally, type Tally } from './tally.ts';

const FIRST_RATE = 200;
const FACTOR = 1.25;
const SECONDS = 3;
const MOST_STEPS = 20;
/** A step that gives no more than this over the best so far is no growth. */
const GROWTH = 1.03;
/** More than one, as other work on the machine makes dips. */
const IDLE_STEPS = 3;

/** The highest goodput of a ramp of rates, which ends when some more steps did not raise it. */
export async function findCapacity(
  environment: Environment,
  scenario: ScenarioName,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const generator = createGenerator(environment.origin, SCENARIOS[scenario](createRandom(2)), signal);
  const rows: string[][] = [];
  let best = 0;
  let rate = FIRST_RATE;
  try {
    await generator.offer([staged(FIRST_RATE, SECONDS, createTally(SECONDS))]);
    for (let step = 0, idle = 0; step < MOST_STEPS && idle < IDLE_STEPS; step++) {
      const tally = createTally(SECONDS);
      await generator.offer([staged(rate, SECONDS, tally)]);
      rows.push(tallyRow(`ramp ${step + 1}`, { rate, seconds: SECONDS }, tally));
      idle = tally.goodput() > best * GROWTH ? 0 : idle + 1;
      best = Math.max(best, tally.goodput());
      rate = Math.round(rate * FACTOR);
    }
  } finally {
    await generator.close();
  }
  say(`${table(TALLY_HEAD, rows)}\n\nCapacity (${scenario}): ${best.toFixed(0)} good answers a second.\n`);
  return best;
}

export function staged(rate: number, seconds: number, { record }: Pick<Tally, 'record'>): Stage {
  return { rate, seconds, record };
}
