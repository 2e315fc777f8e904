import { type Answer, createGenerator } from './arrivals.ts';
import { findCapacity, staged } from './capacity.ts';
import type { Environment } from './environment.ts';
import type { LoadOptions } from './options.ts';
import { createRandom } from './random.ts';
import { decimal, momentTable, TALLY_HEAD, table, tallyRow } from './report.ts';
import { lateness } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import { createTally, isGood } from './tally.ts';
import { watch } from './watch.ts';

const TIMES = 3;
const CALM_SECONDS = 10;
const AFTER_SECONDS = 15;
/** Share of the peak, milliseconds in which 99 of 100 refusals are out, seconds. */
const GOALS = { goodput: 0.8, refusal: 1_000, recovery: 10 };
/** More than the peak by this means that the peak was higher: no result, as it was not three times too much. */
const PLAUSIBLE = 1.25;
/** Recovered: no refusal in a second, and its p95 below twice that of the calm before, or below this. */
const FINE_MS = 50;

/** Three times the capacity, between half of it and half of it. @returns whether the goals are met */
export async function runOverload(
  environment: Environment,
  { scenario, seconds }: LoadOptions,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const peak = await findCapacity(environment, scenario, say, signal);
  const generator = createGenerator(environment.origin, SCENARIOS[scenario](createRandom(3)), signal);
  const watching = await watch(environment, 5_000);
  const [half, flood] = [Math.round(peak / 2), Math.round(peak * TIMES)];
  const [before, during, after] = [CALM_SECONDS, seconds, AFTER_SECONDS].map(createTally) as [
    ReturnType<typeof createTally>,
    ReturnType<typeof createTally>,
    ReturnType<typeof createTally>,
  ];
  const later: Answer[] = [];
  const over = (CALM_SECONDS + seconds) * 1_000;
  try {
    await generator.offer([
      staged(half, CALM_SECONDS, before),
      staged(flood, seconds, during),
      staged(half, AFTER_SECONDS, {
        record(answer) {
          after.record(answer);
          later.push(answer);
        },
      }),
    ]);
    await watching.look();
  } finally {
    await generator.close();
    await watching.stop();
  }
  say(
    table(TALLY_HEAD, [
      tallyRow('half', { rate: half, seconds: CALM_SECONDS }, before),
      tallyRow(`${TIMES} ×`, { rate: flood, seconds }, during),
      tallyRow('half', { rate: half, seconds: AFTER_SECONDS }, after),
    ]),
  );
  say(`\n${momentTable(watching.moments)}\n\n${lateness(during)}`);
  const share = during.goodput() / peak;
  const recovery = secondsToRecover(later, over, Math.max(FINE_MS, 2 * before.good.at(95)));
  say(`Goodput during the overload: ${decimal(share * 100)} % of the peak (goal: ${GOALS.goodput * 100} %).`);
  const refusal = during.refused.count() === 0 ? 0 : during.refused.at(99);
  say(
    `Refusals: p50 ${decimal(during.refused.at(50))} ms, p99 ${decimal(refusal)} ms (goal: ${GOALS.refusal} ms).`,
  );
  say(`Recovered ${recovery === null ? 'not at all' : `within ${recovery} s`} (goal: ${GOALS.recovery} s).`);
  if (share > PLAUSIBLE) {
    say('That is more than the ramp found to be the peak: the machine was not quiet, and this says nothing.');
    return false;
  }
  const errors = [before, during, after].flatMap((tally) => [...tally.errors.keys()]);
  return errors.length === 0 && meetsGoals({ goodput: share, refusal, recovery });
}

/** Of an overload: in the units of GOALS. */
export function meetsGoals({ goodput, refusal, recovery }: Outcome): boolean {
  return (
    goodput >= GOALS.goodput && refusal <= GOALS.refusal && recovery !== null && recovery <= GOALS.recovery
  );
}

interface Outcome {
  goodput: number;
  refusal: number;
  /** Null when it never came. */
  recovery: number | null;
}

/** The first second from which on each is fine; null when there is none. */
function secondsToRecover(answers: readonly Answer[], from: number, bound: number): number | null {
  const bySecond = Map.groupBy(answers, ({ due }) => Math.floor((due - from) / 1_000));
  for (let second = AFTER_SECONDS - 1; second >= 0; second--)
    if (!isFine(bySecond.get(second) ?? [], bound)) return second === AFTER_SECONDS - 1 ? null : second + 2;
  return 1;
}

function isFine(answers: readonly Answer[], bound: number): boolean {
  const times = answers.map(({ due, ended }) => ended - due).toSorted((one, two) => one - two);
  const p95 = times[Math.floor(times.length * 0.95)];
  return p95 !== undefined && p95 <= bound && answers.every(({ status }) => isGood(status));
}
