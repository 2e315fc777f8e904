import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

// Loaded by --import before the job: kills it, as kill -9 does, just before its n-th change of the file system.
const MUTATIONS = ['mkdir', 'open', 'rename', 'rm'] as const;
let left = Number(process.env.CRASH_AT);

const promises = fs.promises as unknown as Record<string, (...args: unknown[]) => unknown>;
for (const name of MUTATIONS) {
  const original = promises[name];
  promises[name] = (...args) => {
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
    return original?.apply(fs.promises, args);
  };
}
syncBuiltinESMExports();
