import { cpus, loadavg } from 'node:os';
import { withEnvironment } from './environment.ts';
import { BadArgument, HELP, type LoadOptions, readOptions } from './options.ts';
import { runOverload } from './overload.ts';
import { runScenario } from './scenario.ts';
import { runSoak } from './soak.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: LoadOptions | null;
  try {
    options = readOptions(args);
  } catch (error) {
    if (!(error instanceof BadArgument)) throw error;
    process.stderr.write(`${error.message} npm run load -- --help tells more.\n`);
    return 2;
  }
  if (options === null) {
    say(HELP);
    return 0;
  }
  return run(options);
}

async function run(options: LoadOptions): Promise<number> {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => stopping.abort(new Error(`stopped by ${name}`)));
  const { signal } = stopping;
  let fine = false;
  try {
    await withEnvironment(say, async (environment) => {
      signal.throwIfAborted();
      const pinning = environment.pinned
        ? 'the server has one processor, PostgreSQL and the generator share another'
        : 'nothing is pinned to a processor';
      say(
        `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}; load average ${loadavg()[0]?.toFixed(1)}; ${pinning}\n`,
      );
      const { mode, rate } = options;
      if (mode === 'soak') fine = await runSoak(environment, options, say, signal);
      else if (mode === 'overload') fine = await runOverload(environment, options, say, signal);
      else fine = await runScenario(environment, { ...options, rate: rate ?? 200 }, say, signal);
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    process.stderr.write(`${(signal.reason as Error).message}\n`);
    return 130;
  }
  return fine ? 0 : 1;
}
