import { createCipheriv } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { startFakeKaggle } from '#fake-kaggle/server.ts';
import { runFetch } from '#functions/fetch-kaggle/run-fetch.ts';
import { runMigrations } from '#functions/migrate/run-migrations.ts';
import { JobConfig } from '#shared/config/job-config.ts';
import { loadConfig } from '#shared/config/load-config.ts';
import { createLogger } from '#shared/telemetry/logger.ts';

/** Datasets in all; the first few have a mirror. */
export const ROWS = 5_000;
export const REF_DATASETS = 4;

export const FILES = {
  small: { path: 'small.csv', bytes: 1_000 },
  medium: { path: 'medium.csv', bytes: 100_000 },
  large: { path: 'large.parquet', bytes: 1_000_000 },
  huge: { path: 'huge.parquet', bytes: 10_000_000 },
} as const;

const REFS = Array.from({ length: REF_DATASETS }, (_, index) => `load/files-${index + 1}`);

/** The same rows and the same bytes each time: a mirrored dataset is mirrored by the real job. */
export async function seed({ url, dir, root }: { url: string; dir: string; root: string }): Promise<void> {
  const logger = createLogger({ level: 'warn', name: 'load' });
  await runMigrations({ url, folder: resolve('migrations'), waitSeconds: 5, logger });
  await mirror({ url, source: join(dir, 'source'), root });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO datasets (name, description, source_url)
       SELECT 'Dataset ' || md5(i::text), repeat('A description of it. ', 5), 'https://example.org/' || i
       FROM generate_series($1::int, $2::int) i`,
      [REF_DATASETS + 1, ROWS],
    );
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
}

async function mirror({ url, source, root }: { url: string; source: string; root: string }): Promise<void> {
  for (const [index, ref] of REFS.entries())
    for (const { path, bytes } of Object.values(FILES)) {
      const folder = join(source, ref, '1');
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, path), noise(bytes, index));
    }
  const kaggle = await startFakeKaggle({ root: source });
  try {
    const config = loadConfig(JobConfig, {
      DATABASE_URL: url,
      KAGGLE_DATA_ROOT: root,
      KAGGLE_BASE_URL: kaggle.baseUrl,
      MIRROR_REQUESTS_PER_MINUTE: 'off',
      MIRROR_MIN_FREE_BYTES: '0',
      LOG_LEVEL: 'warn',
    });
    const log = createLogger({ level: 'warn', name: 'load' });
    const signal = new AbortController().signal;
    const status = await runFetch(
      { mode: 'due', datasets: REFS, help: false },
      { config, log, terminal: null, signal },
    );
    if (status !== 0) throw new Error('the files to download could not be mirrored');
  } finally {
    await kaggle.close();
  }
}

/** Bytes that do not compress, by a key that is no secret. */
function noise(bytes: number, number: number): Buffer {
  const cipher = createCipheriv('aes-256-ctr', Buffer.alloc(32, number), Buffer.alloc(16));
  return cipher.update(Buffer.alloc(bytes));
}
