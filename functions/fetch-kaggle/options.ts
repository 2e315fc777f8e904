import { parseArgs } from 'node:util';
import { ConfigError } from '#shared/config/load-config.ts';
import { parseRef } from '#shared/kaggle/ref.ts';

export const HELP = `Mirrors Kaggle datasets onto the volume.

  (nothing)          mirror every dataset of the catalogue that has an address on Kaggle
  --queued           run the queued syncs and exit
  --queued --watch   run the queued syncs and wait for more
  --dataset REF      mirror this dataset only, and register it if it is missing. REF is owner/slug or
                     owner/slug/versions/n. May be repeated.
  --verify           compare the files on the volume with their checksums, and download damaged versions again
  --tables           convert files that have no tables yet, such as those of an earlier release
  --sweep            delete removed versions, mirrors without a dataset, and leftovers
  --help             print this text

Settings come from the environment. DATABASE_URL and KAGGLE_DATA_ROOT are required. docs/configuration.md lists all.
Exit status: 0 success, 1 a dataset failed, 2 invalid options or configuration,
             3 the run failed, for example because the database is unreachable.
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
    watch && !queued && '--watch requires --queued',
    [queued, verify, sweep, tables].filter(Boolean).length > 1 &&
      '--queued, --verify, --tables and --sweep exclude each other',
    dataset.length > 0 &&
      (queued || sweep || tables) &&
      '--dataset cannot be combined with --queued, --tables or --sweep',
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
