import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';

// Loaded by --import before the job, and before each of its threads: kills it, as kill -9 does, just before its n-th
// change of the file system, whichever thread makes it.
const KEY = 'crash-at';

if (isMainThread) {
  const counter = new Int32Array(new SharedArrayBuffer(4));
  counter[0] = Number(process.env.CRASH_AT);
  setEnvironmentData(KEY, counter);
}
const left = getEnvironmentData(KEY) as unknown as Int32Array;

type Functions = Record<string, (...args: unknown[]) => unknown>;

function count(of: object, names: readonly string[], changes: (args: unknown[]) => boolean): void {
  const functions = of as Functions;
  for (const name of names) {
    const original = functions[name];
    functions[name] = (...args) => {
      if (changes(args) && Atomics.sub(left, 0, 1) === 1) process.kill(process.pid, 'SIGKILL');
      return original?.apply(of, args);
    };
  }
}

count(fs.promises, ['mkdir', 'open', 'rename', 'rm', 'writeFile'], () => true);
count(fs, ['mkdirSync'], () => true);
// Node itself opens each module to be read.
count(fs, ['openSync'], ([, flags]) => flags === 'wx');
syncBuiltinESMExports();
