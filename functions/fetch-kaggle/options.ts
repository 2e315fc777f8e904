import { parseArgs } from 'node:util';
import { ConfigError } from '#shared/config/load-config.ts';
import { parseRef } from '#shared/kaggle/ref.ts';

export const HELP = `Mirrors Kaggle datasets onto the volume.

  (nothing)          every dataset of the catalogue that names one on Kaggle
  --queued           only the syncs that were asked for; ends at once when there are none
  --queued --watch   the same, and goes on waiting for more
  --dataset REF      only this one, registered if need be: owner/slug or owner/slug/versions/n; repeatable
  --verify           compare the files on the volume with their checksums, fetch damaged versions again
  --tables           convert what has no tables yet, such as versions mirrored by an earlier release
  --sweep            free the space of removed versions, of datasets no one names any more, and of leftovers
  --help             this text

Environment: DATABASE_URL, KAGGLE_DATA_ROOT; optionally KAGGLE_API_TOKEN, or KAGGLE_USERNAME and KAGGLE_KEY,
KAGGLE_BASE_URL, KAGGLE_DATASETS, KAGGLE_CONCURRENCY, KAGGLE_KEEP_VERSIONS and others (shared/config/job-config.ts).
Exit codes: 0 all fine; 1 some dataset failed; 2 the options or the configuration are wrong.
`;

export interface Options {
  mode: 'due' | 'queued' | 'watch' | 'verify' | 'sweep' | 'tables';
  /** References as given; empty: all datasets. */
  datasets: readonly string[];
  help: boolean;
}

/** @throws {ConfigError} */
export function parseOptions(args: readonly string[]): Options {
  const { queued, watch, dataset, verify, sweep, tables, help } = parse(args);
  const problems = [
    watch && !queued && '--watch goes with --queued',
    [queued, verify, sweep, tables].filter(Boolean).length > 1 &&
      'only one of --queued, --verify, --tables and --sweep',
    dataset.length > 0 && (queued || sweep || tables) && '--dataset goes with no other mode than --verify',
    ...dataset.map(
      (ref) =>
        parseRef(ref) === null &&
        `--dataset: ${JSON.stringify(ref)} is not owner/slug or owner/slug/versions/n`,
    ),
  ].filter((problem) => problem !== false);
  if (problems.length > 0) throw new ConfigError(problems);
  const mode = watch
    ? 'watch'
    : queued
      ? 'queued'
      : verify
        ? 'verify'
        : sweep
          ? 'sweep'
          : tables
            ? 'tables'
            : 'due';
  return { mode, datasets: dataset, help };
}

function parse(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        queued: flag,
        watch: flag,
        verify: flag,
        sweep: flag,
        tables: flag,
        dataset: { type: 'string', multiple: true, default: [] },
        help: { ...flag, short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new ConfigError([`${(error as Error).message.split('. ')[0]} (--help lists the options)`]);
  }
}
