import { configOrExit } from '#shared/config/load-config.ts';
import { HELP, parseOptions } from './options.ts';
import { startFetch } from './start.ts';

const options = configOrExit(() => parseOptions(process.argv.slice(2)));
if (options.help) process.stdout.write(HELP);
else process.exitCode = await startFetch(options, process.env);
