import { resolve } from 'node:path';
import type { CommonQueryMethods } from 'slonik';
import { startFakeKaggle } from '#fake-kaggle/server.ts';
import { runFetch } from '#functions/fetch-kaggle/run-fetch.ts';
import { JobConfig } from '#shared/config/job-config.ts';
import { loadConfig } from '#shared/config/load-config.ts';
import { registerDataset } from '#shared/data/catalogue.ts';
import { isRegistered } from '#shared/data/datasets.ts';
import { addSampleMirror } from '#shared/data/mirrors.ts';
import { sourceUrl } from '#shared/kaggle/ref.ts';
import { parseSourceUrl } from '#shared/kaggle/source-url.ts';
import { createLogger } from '#shared/telemetry/logger.ts';

/** Of samples/README.md, which says where they come from. */
const SAMPLES = [
  {
    name: 'Seattle weather',
    description: 'Daily precipitation, temperature, wind and weather in Seattle, 2012 to 2015.',
    source_url: sourceUrl('samples/seattle-weather'),
  },
  {
    name: 'Palmer penguins',
    description: 'Size measurements of adult foraging penguins near Palmer Station, Antarctica.',
    source_url: sourceUrl('samples/palmer-penguins'),
  },
  {
    name: 'Seattle weather, without 2015',
    description: 'The first version, pinned by its address.',
    source_url: sourceUrl('samples/seattle-weather/versions/1'),
  },
];
const REFS = ['samples/seattle-weather', 'samples/palmer-penguins'];

/** Registers the samples. Their mirrors are marked first: no job ever asks the real Kaggle for them. */
export async function addSamples(db: CommonQueryMethods): Promise<void> {
  await db.transaction(async (tx) => {
    // By a first start that was interrupted.
    if (await isRegistered(tx, 'samples/seattle-weather', null)) return;
    for (const ref of REFS) await addSampleMirror(tx, ref);
    for (const { source_url, ...sample } of SAMPLES)
      await registerDataset(tx, { ...sample, source: { source_url, kaggle: parseSourceUrl(source_url) } });
  });
}

/** Mirrors the samples by the real job, from a Kaggle on this machine that offers just them. */
export async function fetchSamples(place: { url: string; root: string }, signal: AbortSignal): Promise<void> {
  const kaggle = await startFakeKaggle({ root: resolve(import.meta.dirname, '../samples') });
  try {
    const config = loadConfig(JobConfig, {
      DATABASE_URL: place.url,
      KAGGLE_DATA_ROOT: place.root,
      KAGGLE_BASE_URL: kaggle.baseUrl,
      MIRROR_REQUESTS_PER_MINUTE: 'off',
      MIRROR_MIN_FREE_BYTES: '0',
      LOG_LEVEL: 'warn',
    });
    await runFetch(
      { mode: 'due', datasets: REFS, help: false },
      {
        config,
        log: createLogger({ level: 'warn', name: 'samples' }),
        terminal: null,
        signal,
        withSamples: true,
      },
    );
  } finally {
    await kaggle.close();
  }
}
