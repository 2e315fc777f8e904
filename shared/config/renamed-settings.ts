import type * as z from 'zod';

/** New names of settings by their old ones, which work for one release. */
export const RENAMED_SETTINGS: Readonly<Record<string, string>> = {
  KAGGLE_DATASETS: 'MIRROR_DATASETS',
  KAGGLE_CONCURRENCY: 'MIRROR_CONCURRENCY',
  KAGGLE_MAX_BYTES_PER_SECOND: 'MIRROR_MAX_BYTES_PER_SECOND',
  KAGGLE_KEEP_VERSIONS: 'MIRROR_KEEP_VERSIONS',
  KAGGLE_MIN_FREE_BYTES: 'MIRROR_MIN_FREE_BYTES',
  KAGGLE_REQUESTS_PER_MINUTE: 'MIRROR_REQUESTS_PER_MINUTE',
  KAGGLE_RETRIES: 'MIRROR_RETRIES',
  KAGGLE_RETRY_DELAY: 'MIRROR_RETRY_DELAY',
  KAGGLE_IDLE_TIMEOUT: 'MIRROR_IDLE_TIMEOUT',
  KAGGLE_LEASE_SECONDS: 'MIRROR_LEASE_SECONDS',
  KAGGLE_DELETE_GRACE_HOURS: 'MIRROR_DELETE_GRACE_HOURS',
};
const warned = new Set<string>();

/** The variables under their new names; a new name wins over an old one. Warns once of each old name on standard error. */
export function withNewNames(env: Record<string, string>, shape: z.core.$ZodShape): Record<string, string> {
  const renamed = { ...env };
  for (const [old, name] of Object.entries(RENAMED_SETTINGS)) {
    const value = env[old];
    if (value === undefined || !(name in shape)) continue;
    renamed[name] = env[name] ?? value;
    if (!warned.has(old))
      process.stderr.write(`${old} is now named ${name}. The old name stops working in the next release.\n`);
    warned.add(old);
  }
  return renamed;
}
