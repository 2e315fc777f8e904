import { readdir, readFile } from 'node:fs/promises';
import { childrenTime, processorTime } from '../processor-time.ts';

export interface Spent {
  /** Milliseconds of processor, of a process and those that it started. */
  cpu: number;
  wall: number;
  /** MiB resident at most, of all of them together. */
  peak: number;
}

/** What a process and its children take while `work` is done. */
export async function spent(pid: number, work: () => Promise<unknown>): Promise<Spent> {
  const time = async () => ((await processorTime(pid)) + (await childrenTime(pid))) / 1_000;
  let peak = 0;
  const watch = setInterval(async () => {
    peak = Math.max(peak, await resident(pid));
  }, 50);
  const before = await time();
  const start = performance.now();
  await work();
  const wall = performance.now() - start;
  clearInterval(watch);
  return { cpu: (await time()) - before, wall, peak };
}

/** In MiB, with its children. */
export async function resident(pid: number): Promise<number> {
  let sum = 0;
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const status = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '');
    const [, parent] = /^PPid:\s+(\d+)/m.exec(status) ?? [];
    if (Number(name) === pid || Number(parent) === pid)
      sum += Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1_024;
  }
  return Math.round(sum);
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
