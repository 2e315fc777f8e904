import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { startFakeKaggle } from '#fake-kaggle/server.ts';
import { freePort } from '#scripts/free-port.ts';
import { startEmptyDatabase } from '../empty-database.ts';
import { IMAGE_ENV, launch, stop } from '../servers.ts';

/** A server as it ships, whose pages have something to show. */
export interface Site {
  origin: string;
  pid: number;
  /** Port of the inspector of the same process, which costs nothing until it is used. */
  inspector: number;
}

/** Tables by the number of their columns. */
export const WIDTHS = [12, 36, 500] as const;
/** Datasets that come before theirs: the sample, and its first version. */
const SAMPLES = 2;
const ROWS: Readonly<Record<number, number>> = { 12: 20_000, 36: 10_000, 500: 300 };

const project = resolve(import.meta.dirname, '../../..');
const SAMPLE = 'samples/seattle-weather';

/** Makes it, hands it to `use`, and leaves nothing of it behind. */
export async function withSite(use: (site: Site) => Promise<void>): Promise<void> {
  if (!existsSync(join(project, 'dist/server.mjs')))
    throw new Error('npm run build comes first: what ships is measured');
  const { url, dir: place, stop: stopDatabase } = await startEmptyDatabase('web');
  try {
    const source = join(place, 'source');
    await cp(join(project, 'samples', SAMPLE), join(source, SAMPLE), { recursive: true });
    for (const width of WIDTHS) await offer(join(source, refOf(width), '1'), width);
    const env = { DATABASE_URL: url, KAGGLE_DATA_ROOT: join(place, 'volume'), ...IMAGE_ENV };
    await mirror(source, env);
    const inspector = await freePort();
    const api = await launch({
      name: 'API',
      args: [
        `--inspect=127.0.0.1:${inspector}`,
        '--inspect-publish-uid=http',
        join(project, 'dist/server.mjs'),
      ],
      env: { ...env, AUTH: 'off', RATE_LIMIT: 'off', METRICS_PORT: 'off', LOG_LEVEL: 'warn' },
    });
    try {
      await use({ origin: `http://127.0.0.1:${api.port}`, pid: api.child.pid ?? 0, inspector });
    } finally {
      await stop(api);
    }
  } finally {
    await stopDatabase();
  }
}

/** The page of a table of so many columns. */
export function tableOf(width: (typeof WIDTHS)[number]): string {
  return `/ui/datasets/${SAMPLES + WIDTHS.indexOf(width) + 1}/table`;
}

const refOf = (width: number) => `bench/columns-${width}`;

/** Numbers, words and days, each in a third of the columns. */
async function offer(folder: string, width: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const columns = Array.from({ length: width }, (_, at) => at);
  const cell = (row: number, column: number) => {
    const value = (row * 31 + column * 17) % 1_000;
    if (column % 3 === 0) return value / 4;
    return column % 3 === 1 ? `word ${value % 40}` : new Date(value * 86_400_000).toISOString().slice(0, 10);
  };
  const lines = [columns.map((column) => `column_${column}`).join(',')];
  for (let row = 0; row < (ROWS[width] ?? 0); row += 1)
    lines.push(columns.map((column) => cell(row, column)).join(','));
  await writeFile(join(folder, 'table.csv'), `${lines.join('\n')}\n`);
}

async function mirror(root: string, env: Record<string, string>): Promise<void> {
  const kaggle = await startFakeKaggle({ root });
  // Two versions of the sample, to compare.
  const refs = [SAMPLE, `${SAMPLE}/versions/1`, ...WIDTHS.map(refOf)];
  for (const ref of refs) {
    const job = spawn(process.execPath, [join(project, 'dist/fetch-kaggle.mjs'), '--dataset', ref], {
      env: {
        PATH: process.env.PATH,
        ...env,
        KAGGLE_BASE_URL: kaggle.baseUrl,
        MIRROR_MIN_FREE_BYTES: '0',
        LOG_LEVEL: 'warn',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [code] = await once(job, 'exit');
    if (code !== 0) throw new Error(`the mirror job of ${ref} ended with ${code}`);
  }
  await kaggle.close();
}
