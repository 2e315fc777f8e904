import { parseArgs } from 'node:util';
import { SCENARIOS, type ScenarioName } from './scenarios.ts';

export type Mode = 'scenario' | 'soak' | 'overload';

export interface LoadOptions {
  mode: Mode;
  scenario: ScenarioName;
  /** Arrivals a second; null lets a soak find the capacity and take half of it. */
  rate: number | null;
  seconds: number;
}

const SECONDS = { scenario: 20, soak: 1_200, overload: 20 };
const MOST_SECONDS = 7_200;
const MOST_RATE = 20_000;

export const HELP = `Puts load on the built API over loopback. Requests arrive at a fixed rate, whether or not earlier ones are done.

  npm run load -- --scenario ${Object.keys(SCENARIOS).join('|')} [--rate N] [--seconds S]
  npm run load -- --soak [--rate N] [--seconds S]      mixed load for ${SECONDS.soak} s at half of the capacity, which it finds first
  npm run load -- --overload [--seconds S]             finds the capacity, sends three times as much, then half of it

  --scenario NAME   mix of requests, by default mixed with --soak and --overload
  --rate N          requests per second, 1 to ${MOST_RATE}, by default 200 for a scenario
  --seconds S       duration, 1 to ${MOST_SECONDS}, by default ${SECONDS.scenario} for a scenario
  --help            print this text

Exit status: 0 success, 1 failed requests or a missed goal of a soak or overload, 2 invalid arguments.
`;

/** Thrown with a sentence for whoever typed the arguments. */
export class BadArgument extends Error {}

/** Null asks for help. @throws {BadArgument} */
export function readOptions(args: readonly string[]): LoadOptions | null {
  const values = parse(args);
  if (values.help) return null;
  if (values.soak && values.overload) throw new BadArgument('Choose one of --soak and --overload.');
  const mode: Mode = values.soak ? 'soak' : values.overload ? 'overload' : 'scenario';
  if (mode === 'scenario' && values.scenario === undefined)
    throw new BadArgument('Choose --scenario NAME, --soak or --overload.');
  if (mode === 'overload' && values.rate !== undefined)
    throw new BadArgument('--overload finds its rates itself: leave --rate out.');
  const rate = wholeNumber('--rate', values.rate, MOST_RATE);
  return {
    mode,
    scenario: scenarioOf(values.scenario ?? 'mixed'),
    rate: rate ?? (mode === 'scenario' ? 200 : null),
    seconds: wholeNumber('--seconds', values.seconds, MOST_SECONDS) ?? SECONDS[mode],
  };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        scenario: { type: 'string' },
        rate: { type: 'string' },
        seconds: { type: 'string' },
        soak: { type: 'boolean', default: false },
        overload: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    const [sentence] = (error as Error).message.split('. ');
    throw new BadArgument(`${sentence?.replace(/\.$/, '')}.`);
  }
}

function scenarioOf(name: string): ScenarioName {
  if (Object.hasOwn(SCENARIOS, name)) return name as ScenarioName;
  throw new BadArgument(`--scenario: there is no ${name}; take ${Object.keys(SCENARIOS).join(', ')}.`);
}

function wholeNumber(option: string, text: string | undefined, most: number): number | null {
  if (text === undefined) return null;
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= 1 && number <= most) return number;
  throw new BadArgument(`${option}: ${text} is not a whole number from 1 to ${most}.`);
}
