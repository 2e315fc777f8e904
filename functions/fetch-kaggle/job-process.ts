import { configOrExit } from '#shared/config/load-config.ts';
import { live } from '#shared/process/live.ts';
import { HELP, parseOptions } from './options.ts';
import { startFetch } from './start-fetch.ts';

/** Shorter than Kubernetes waits, 30 seconds, before it kills. */
const GRACE = 25_000;

/** Runs the job as the program of this process. */
export async function runProcess(): Promise<void> {
  const options = configOrExit(() => parseOptions(process.argv.slice(2)));
  if (options.help) process.stdout.write(HELP);
  else await live(({ signal }) => startFetch(options, process.env, signal), { grace: GRACE });
}
