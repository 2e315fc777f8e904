import { existsSync } from 'node:fs';
import { link, mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmptyDatabase } from '../empty-database.ts';
import { makeArchive, type Shape } from './archive.ts';
import { startFakeProcess } from './fake-process.ts';
import { type Measure, measured } from './measured.ts';
import { ranges } from './ranges.ts';
import { workers } from './workers.ts';

// The mirror job against curl and unzip: the same archives from the same server onto the same disk, in turns.
const project = resolve(import.meta.dirname, '../../..');
const job = join(project, 'dist/fetch-kaggle.mjs');
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: 'large,many,unchanged' },
    scale: { type: 'string', default: '1' },
    mirrors: { type: 'string', default: '100000' },
    workers: { type: 'string', default: '4' },
    pace: { type: 'string', default: '100000' },
  },
});
const rounds = Number(values.rounds);
const scale = Number(values.scale);
const SHAPES: Record<string, Shape> = {
  large: { files: 200, bytes: Math.round(1e9 * scale) },
  many: { files: Math.round(20_000 * scale), bytes: Math.round(2e8 * scale) },
  huge: { files: 20, bytes: Math.round(5e9 * scale) },
};
const RANGED = Math.round(5e8 * scale);
const UNCHANGED = Math.round(1_000 * scale);

if (!existsSync(job)) throw new Error('npm run build comes first: what ships is measured');
const { url, dir: place, stop } = await startEmptyDatabase('mirror');
try {
  for (const name of values.only.split(',')) {
    const shape = SHAPES[name];
    if (shape) await compare(name, shape, url);
    else if (name === 'ranges')
      await ranges({ place, dist: dirname(job), databaseUrl: url, bytes: RANGED, rounds });
    else if (name === 'workers')
      await workers({
        place,
        job,
        databaseUrl: url,
        postgres: join(place, 'postgres'),
        mirrors: Number(values.mirrors),
        workers: Number(values.workers),
        perMinute: Number(values.pace),
      });
    else await unchanged(url);
  }
} finally {
  await stop();
}

async function compare(name: string, shape: Shape, url: string): Promise<void> {
  const archive = join(place, `${name}.zip`);
  const root = join(place, `source-${name}`);
  await makeArchive(archive, shape);
  for (let round = 0; round < rounds; round++) {
    await mkdir(join(root, name, String(round)), { recursive: true });
    await link(archive, join(root, name, String(round), '1.zip'));
  }
  const compileCache = join(place, 'compile-cache');
  // The image brings V8's compile cache along.
  await measured(process.execPath, [job, '--help'], { env: { NODE_COMPILE_CACHE: compileCache } });
  const fake = await startFakeProcess(root);
  const pairs: { ours: Measure; theirs: Measure }[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const address = await fake.archiveOf(name, String(round));
      // Nothing is removed before the end: on a file system without a journal, ext4 searches long for the place of a
      // new file among those that were removed just before.
      const target = join(place, `theirs-${name}-${round}`);
      await mkdir(target);
      const script = `curl -sSf -o a.zip '${address}' && unzip -q a.zip -d tree && rm a.zip`;
      const theirs = await measured('sh', ['-c', script], { cwd: target });
      const volume = join(place, `ours-${name}-${round}`);
      const ours = await measured(process.execPath, [job, '--dataset', `${name}/${round}`], {
        env: {
          DATABASE_URL: url,
          KAGGLE_DATA_ROOT: volume,
          KAGGLE_BASE_URL: fake.baseUrl,
          MIRROR_MIN_FREE_BYTES: '0',
          MIRROR_TABLES: 'off',
          NODE_COMPILE_CACHE: compileCache,
        },
      });
      pairs.push({ ours, theirs });
      report(`${name} ${round + 1}`, { ours, theirs });
    }
  } finally {
    await fake.stop();
  }
  const middle = pairs.toSorted((a, b) => ratio(a) - ratio(b))[Math.floor(pairs.length / 2)];
  if (middle) report(`${name}, median`, middle);
}

function ratio({ ours, theirs }: { ours: Measure; theirs: Measure }): number {
  return theirs.seconds / ours.seconds;
}

function report(what: string, pair: { ours: Measure; theirs: Measure }): void {
  const { ours, theirs } = pair;
  process.stdout.write(
    `${what}: job ${ours.seconds.toFixed(2)} s, curl and unzip ${theirs.seconds.toFixed(2)} s, ${ratio(pair).toFixed(2)}x their throughput, ${ours.peakMib} MiB at most\n`,
  );
}

async function unchanged(url: string): Promise<void> {
  const root = join(place, 'source-unchanged');
  const archive = join(place, 'tiny.zip');
  await makeArchive(archive, { files: 1, bytes: 1_000 });
  const refs = Array.from({ length: UNCHANGED }, (_, index) => `unchanged/s${index}`);
  for (const ref of refs) {
    await mkdir(join(root, ref), { recursive: true });
    await link(archive, join(root, ref, '1.zip'));
  }
  const fake = await startFakeProcess(root);
  try {
    const env = {
      DATABASE_URL: url,
      KAGGLE_DATA_ROOT: join(place, 'unchanged'),
      KAGGLE_BASE_URL: fake.baseUrl,
      MIRROR_MIN_FREE_BYTES: '0',
      MIRROR_TABLES: 'off',
      MIRROR_REQUESTS_PER_MINUTE: 'off',
      MIRROR_CONCURRENCY: '8',
    };
    await measured(process.execPath, [job], { env: { ...env, MIRROR_DATASETS: refs.join() } });
    await fake.forget();
    const { seconds, peakMib } = await measured(process.execPath, [job], {
      env: { ...env, MIRROR_CONCURRENCY: '2' },
    });
    const { length: requests } = await fake.requests();
    process.stdout.write(
      `unchanged: ${UNCHANGED} datasets in ${seconds.toFixed(2)} s by ${requests} requests, ${peakMib} MiB at most\n`,
    );
  } finally {
    await fake.stop();
  }
}
