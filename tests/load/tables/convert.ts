import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ConvertTask } from '#shared/tables/convert/convert-task.ts';
import { median, resident, type Spent, spent } from './spent.ts';

const project = resolve(import.meta.dirname, '../../..');

/** A conversion with its statistics against a plain COPY, each in a process of its own, in turns. */
export async function compareConversions(csv: string, place: string, rounds: number): Promise<string[]> {
  const plain: Spent[] = [];
  const ours: Spent[] = [];
  for (let round = 0; round < rounds; round++) {
    const folder = await mkdtemp(join(place, 'convert-'));
    const target = join(folder, 'out.parquet');
    plain.push(await run([join(import.meta.dirname, 'plain-copy.ts'), csv, target, folder]));
    const file = { path: csv, format: 'csv', gzip: false, scratch: folder, maxBytes: 1e11 } as const;
    const task: ConvertTask = { ...file, kind: 'convert', part: null, target, room: 1e10 };
    ours.push(await run([join(project, 'dist/query-engine.mjs')], task));
    await rm(folder, { recursive: true });
  }
  const cpu = (all: readonly Spent[]) => median(all.map((one) => one.cpu));
  const peak = Math.max(...ours.map((one) => one.peak));
  return [
    `| conversion with statistics; plain \`COPY\` | ${(cpu(ours) / 1_000).toFixed(1)} s; ${(cpu(plain) / 1_000).toFixed(1)} s of CPU | ${(cpu(ours) / cpu(plain)).toFixed(2)} × |`,
    `| memory of a conversion, resident | ${peak} MiB | |`,
  ];
}

async function run(args: readonly string[], task?: ConvertTask): Promise<Spent> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  if (task) child.send(task);
  let peak = 0;
  const watch = setInterval(async () => {
    peak = Math.max(peak, await resident(child.pid ?? 0));
  }, 50);
  // Its time counts for this process when it has ended.
  const took = await spent(process.pid, () => ended);
  clearInterval(watch);
  return { ...took, peak };
}
