import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { link, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '#scripts/free-port.ts';
import { makeArchive } from './archive.ts';
import { startFakeProcess } from './fake-process.ts';
import { measured } from './measured.ts';
import { startNginx, untilAnswered } from './nginx.ts';

interface Options {
  place: string;
  /** The folder of the build. */
  dist: string;
  databaseUrl: string;
  bytes: number;
  rounds: number;
}

/** How many parts a file is requested in: one after the other on one connection, or each on one of its own. */
const WAYS = { 'one connection': 8, '16 connections': 16 };
type Way = keyof typeof WAYS;

/** A mirrored file in ranges, from the API and from nginx, in turns. */
export async function ranges({ place, dist, databaseUrl, bytes, rounds }: Options): Promise<void> {
  const volume = join(place, 'ranges');
  const folder = join(volume, 'datasets/ranges/one/versions/1');
  const nginx = await startNginx(place, folder);
  if (nginx === null) {
    process.stdout.write('ranges: skipped, as nginx is not installed (apt-get install nginx-light)\n');
    return;
  }
  const port = await freePort();
  const env = { DATABASE_URL: databaseUrl, KAGGLE_DATA_ROOT: volume };
  await bring(join(place, 'source-ranges'), bytes, env, join(dist, 'fetch-kaggle.mjs'));
  const server = spawn(process.execPath, [join(dist, 'server.mjs')], {
    env: { ...env, PORT: String(port), AUTH: 'off', RATE_LIMIT: 'off', LOG_LEVEL: 'error' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const api = `http://127.0.0.1:${port}`;
  try {
    await untilAnswered(`${api}/health`);
    const { datasets } = (await (await fetch(`${api}/datasets?limit=500`)).json()) as {
      datasets: { id: number; name: string }[];
    };
    const id = datasets.find(({ name }) => name === 'ranges/one')?.id;
    const urls = {
      ours: `${api}/datasets/${id}/versions/1/files/part-00/table-0.csv`,
      theirs: `${nginx.url}/part-00/table-0.csv`,
    };
    for (const way of Object.keys(WAYS) as Way[]) {
      const ratios: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const theirs = await download(urls.theirs, bytes, way);
        const ours = await download(urls.ours, bytes, way);
        ratios.push(theirs / ours);
        process.stdout.write(
          `ranges, ${way}, ${round + 1}: API ${speed(bytes, ours)}, nginx ${speed(bytes, theirs)}, ${(theirs / ours).toFixed(2)}x its throughput\n`,
        );
      }
      const middle = ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)];
      process.stdout.write(`ranges, ${way}, median: ${middle?.toFixed(2)}x the throughput of nginx\n`);
    }
  } finally {
    server.kill('SIGTERM');
    await once(server, 'exit');
    await nginx.stop();
  }
}

async function bring(root: string, bytes: number, env: Record<string, string>, job: string): Promise<void> {
  await mkdir(join(root, 'ranges/one'), { recursive: true });
  await makeArchive(join(root, 'archive.zip'), { files: 1, bytes });
  await link(join(root, 'archive.zip'), join(root, 'ranges/one/1.zip'));
  const fake = await startFakeProcess(root);
  try {
    const kaggle = { KAGGLE_BASE_URL: fake.baseUrl, MIRROR_MIN_FREE_BYTES: '0', MIRROR_TABLES: 'off' };
    await measured(process.execPath, [job, '--dataset', 'ranges/one'], { env: { ...env, ...kaggle } });
  } finally {
    await fake.stop();
  }
}

/** Seconds for a whole file in parts. */
async function download(url: string, bytes: number, way: Way): Promise<number> {
  const parts = WAYS[way];
  const size = Math.ceil(bytes / parts);
  const args = Array.from({ length: parts }, (_, part) => {
    const range = `${part * size}-${Math.min(bytes, (part + 1) * size) - 1}`;
    return [
      ...(part > 0 ? ['--next'] : []),
      '--no-progress-meter',
      '-f',
      '-o',
      '/dev/null',
      '-r',
      range,
      url,
    ];
  });
  const together = way === '16 connections' ? ['-Z', '--parallel-immediate', '--parallel-max', '16'] : [];
  return (await measured('curl', [...together, ...args.flat()], {})).seconds;
}

function speed(bytes: number, seconds: number): string {
  return `${Math.round(bytes / seconds / 2 ** 20)} MiB/s`;
}
