import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';
import pg from 'pg';

// Loaded by --import before the job, and before each of its threads: kills it, as kill -9 does, just before its n-th
// change of the file system or statement for the database, whichever thread makes it, and writes what that was to be.
// With 0 it lets it live, and writes how many there were. Not all runs are alike: `COMMIT 2` is the second of that name.
const KEY = 'crash-at';

if (isMainThread) {
  const counter = new Int32Array(new SharedArrayBuffer(4));
  counter[0] = Number(process.env.CRASH_AT);
  setEnvironmentData(KEY, counter);
  // A process of the job's has its options, and not its environment.
  if (process.env.CRASH_AT) process.once('exit', () => write(`CHANGES ${-Atomics.load(left, 0)}`));
}
const left = getEnvironmentData(KEY) as unknown as Int32Array;
const { writeSync } = fs;

function write(line: string): void {
  writeSync(2, `\n${line}\n`);
}

const seen = new Map<string, number>();

function pass(what: string): void {
  const nth = (seen.get(what) ?? 0) + 1;
  seen.set(what, nth);
  if (Atomics.sub(left, 0, 1) !== 1 && process.env.CRASH_AT !== `${what} ${nth}`) return;
  write(`KILLED before ${what}`);
  process.kill(process.pid, 'SIGKILL');
}

type Functions = Record<string, (...args: unknown[]) => unknown>;

function count(of: object, names: readonly string[], changes: (args: unknown[]) => boolean): void {
  const functions = of as Functions;
  for (const name of names) {
    const original = functions[name];
    functions[name] = (...args) => {
      if (changes(args)) pass(name);
      return original?.apply(of, args);
    };
  }
}

count(fs.promises, ['mkdir', 'open', 'rename', 'rm', 'writeFile'], () => true);
count(fs, ['mkdirSync'], () => true);
// Node itself opens each module to be read.
count(fs, ['openSync'], ([, flags]) => flags === 'wx');
syncBuiltinESMExports();

const { query } = pg.Client.prototype as unknown as Functions;
Object.assign(pg.Client.prototype, {
  query(this: pg.Client, ...args: unknown[]) {
    const [asked] = args as [string | pg.QueryConfig];
    const { name, text } = typeof asked === 'string' ? { name: undefined, text: asked } : asked;
    // Signs of life come by the clock.
    if (name !== 'extend_lease') pass(name ?? text.trim().split(/\s+/).slice(0, 3).join(' '));
    return query?.apply(this, args);
  },
});
