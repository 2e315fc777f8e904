import { createGenerator } from './arrivals.ts';
import type { Environment } from './environment.ts';
import type { LoadOptions } from './options.ts';
import { createRandom } from './random.ts';
import { decimal, momentTable, TALLY_HEAD, table, tallyRow } from './report.ts';
import { SCENARIOS } from './scenarios.ts';
import { createTally, type Tally } from './tally.ts';
import { watch } from './watch.ts';

/** One scenario at one rate. @returns whether each request was answered as it should be */
export async function runScenario(
  environment: Environment,
  { scenario, seconds, rate }: LoadOptions & { rate: number },
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const next = SCENARIOS[scenario](createRandom(1));
  const generator = createGenerator(environment.origin, next, signal);
  const watching = await watch(environment, Math.max(1_000, (seconds * 1_000) / 10));
  const tally = createTally(seconds);
  try {
    await generator.offer([{ rate, seconds, record: tally.record }]);
    await watching.look();
  } finally {
    await generator.close();
    await watching.stop();
  }
  say(table(TALLY_HEAD, [tallyRow(scenario, { rate, seconds }, tally)]));
  say(`\n${momentTable(watching.moments)}`);
  const [first, last] = [watching.moments[0]?.cpu, watching.moments.at(-1)?.cpu];
  if (first != null && last != null)
    say(
      `\nProcessor time of the server: ${decimal(((last - first) * 1e6) / tally.lateness.count())} µs a request.`,
    );
  say(lateness(tally));
  return tally.errors.size === 0 && tally.refused.count() === 0;
}

export function lateness({ lateness: { at } }: Tally): string {
  return `The generator sent requests late by ${decimal(at(50))} ms (median), ${decimal(at(99))} ms (p99).`;
}
