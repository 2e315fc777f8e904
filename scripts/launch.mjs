import module from 'node:module';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

// start.ts, dev.ts and fetch.ts are links to this file: a Node too old to read TypeScript says so in a sentence, and
// any other goes on to the file of that name in local/.
const LEAST = 24;

if (Number.parseInt(process.versions.node, 10) < LEAST) {
  process.stderr.write(
    `Node ${process.versions.node} is too old: Node ${LEAST} or newer is needed. Run npm ci, then npm start, which uses the Node that comes with the packages on Linux; elsewhere, install a newer one.\n`,
  );
  process.exit(1);
}
// Half the time until the first line runs, from the second start on; also for the processes that this one starts.
process.env.NODE_COMPILE_CACHE ??= resolve(
  fileURLToPath(import.meta.url),
  '../../node_modules/.cache/compiled',
);
module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
import(new URL(`local/${basename(String(process.argv[1]))}`, import.meta.url).href);
