import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startFakeKaggle } from '#fake-kaggle/server.ts';
import { childrenTime } from '../processor-time.ts';
import { makeCsv } from './make-csv.ts';
import { median } from './spent.ts';

/** Rows of a file of 10 kB. */
const ROWS = 85;

interface Options {
  files: number;
  rounds: number;
  /** Folders of builds, which take turns. */
  builds: readonly string[];
  place: string;
  env: Record<string, string>;
}

/** One version of many small files: what the job takes to convert them, by each of the builds in turns. */
export async function compareManySmall({ files, rounds, builds, place, env }: Options): Promise<string[]> {
  const root = join(place, 'small');
  const kaggle = await startFakeKaggle({ root });
  const taken = new Map(builds.map((build): [string, { cpu: number; wall: number }[]] => [build, []]));
  try {
    const at = { ...env, KAGGLE_BASE_URL: kaggle.baseUrl, MIRROR_MIN_FREE_BYTES: '0', LOG_LEVEL: 'warn' };
    for (let round = 0; round < rounds; round++)
      for (const [turn, build] of builds.entries()) {
        const ref = `bench/small-${round}-${turn}`;
        await offer(join(root, ref, '1'), files);
        await job(build, ['--dataset', ref], { ...at, MIRROR_TABLES: 'off' });
        const start = performance.now();
        const before = await childrenTime(process.pid);
        await job(build, ['--tables'], at);
        // Processes that have ended, without this one.
        const cpu = ((await childrenTime(process.pid)) - before) / 1_000;
        taken.get(build)?.push({ cpu, wall: performance.now() - start });
        await rm(join(root, ref), { recursive: true });
      }
  } finally {
    await kaggle.close();
  }
  return builds.map((build) => {
    const of = taken.get(build) ?? [];
    const each = (what: 'cpu' | 'wall') => (median(of.map((one) => one[what])) / files).toFixed(1);
    return `| a table of 10 kB, of ${files}: ${build} | ${each('cpu')} ms of CPU, ${each('wall')} ms | |`;
  });
}

async function offer(folder: string, files: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const first = join(folder, 'small-0.csv');
  await makeCsv(first, ROWS);
  for (let file = 1; file < files; file++) await copyFile(first, join(folder, `small-${file}.csv`));
}

async function job(build: string, args: readonly string[], env: Record<string, string>): Promise<void> {
  const child = spawn(process.execPath, [join(build, 'fetch-kaggle.mjs'), ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the job of ${build} ended with ${code}`);
}
