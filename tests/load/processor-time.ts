import { readdir, readFile } from 'node:fs/promises';

/** Linux counts in hundredths of a second, whatever the kernel's own clock does (proc(5), sysconf). */
const TICK = 10_000;

/** Microseconds of processor that a process has used with all its threads, in the scheduler's nanoseconds. */
export async function processorTime(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const times = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')),
  );
  return times.reduce((sum, line) => sum + Number(line.split(' ', 1)[0]) / 1_000, 0);
}

/** Microseconds of processor that the main thread of a process has used. */
export async function threadTime(pid: number): Promise<number> {
  const line = await readFile(`/proc/${pid}/task/${pid}/schedstat`, 'utf8');
  return Number(line.split(' ', 1)[0]) / 1_000;
}

/** Microseconds of processor that the processes started by `parent`, alive or ended, have used. */
export async function childrenTime(parent: number): Promise<number> {
  const ended = await statOf(parent);
  let sum = (Number(ended[13]) + Number(ended[14])) * TICK;
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = await statOf(Number(name)).catch(() => null);
    if (fields && Number(fields[1]) === parent) sum += (Number(fields[11]) + Number(fields[12])) * TICK;
  }
  return sum;
}

/** proc_pid_stat(5) from the third field on: the second, the name, may hold anything. */
async function statOf(pid: number): Promise<string[]> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8');
  return line.slice(line.lastIndexOf(')') + 2).split(' ');
}
