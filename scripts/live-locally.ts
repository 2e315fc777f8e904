import { ConfigError } from '#shared/config/load-config.ts';
import { type Lifetime, live } from '#shared/process/live.ts';
import { explain } from './explain.ts';

/** `live` for what a person starts: whatever is wrong with the machine or the settings is said in a sentence. */
export function liveLocally(main: (lifetime: Lifetime) => Promise<unknown>): Promise<never> {
  return live(main, {
    report: (ending) => 'err' in ending && process.stderr.write(`${explain(ending.err)}\n`),
    statusOf: (err) => (err instanceof ConfigError ? 2 : 1),
  });
}
