import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { processorTime } from '../processor-time.ts';
import { IMAGE_ENV } from '../servers.ts';

export interface Measure {
  seconds: number;
  /** Resident memory at its highest, of the process itself. */
  peakMib: number;
  /** Of processor, of the process itself and all its threads. */
  cpuSeconds: number;
}

/** Runs a program to its end. @throws when it fails */
export async function measured(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<Measure> {
  const start = performance.now();
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...options,
    // Node is started as the image starts it.
    env: { PATH: process.env.PATH, ...IMAGE_ENV, ...options.env },
  });
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  let peakMib = 0;
  let cpuSeconds = 0;
  const timer = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peakMib = Math.max(peakMib, Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024));
    cpuSeconds = await processorTime(Number(child.pid)).then(
      (used) => used / 1e6,
      () => cpuSeconds,
    );
  }, 50);
  const [code] = await once(child, 'exit');
  clearInterval(timer);
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${output.slice(-2_000)}`);
  return { seconds: (performance.now() - start) / 1_000, peakMib, cpuSeconds };
}
