import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ConfigError } from '#shared/config/load-config.ts';
import { parseRef } from '#shared/kaggle/ref.ts';

export const HELP = `Mirrors Kaggle datasets onto the volume.

  (nothing)          mirror every dataset of the catalogue that has an address on Kaggle
  --queued           run the queued syncs and exit
  --queued --watch   run the queued syncs and wait for more
  --enqueue          queue every dataset of the catalogue for the workers of a run, and exit. --run ID names the run.
  --run ID           work for this run, together with other processes. Queues its datasets unless they are queued, runs its
                     syncs, and ends with the run. One of the processes reports the run and exits with its status.
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

export type Options = {
  /** References as given; empty: all datasets. */
  datasets: readonly string[];
  help: boolean;
} & (
  | { mode: 'due' | 'queued' | 'watch' | 'verify' | 'sweep' | 'tables' }
  /** The run of several processes that this one queues, or works for. */
  | { mode: 'enqueue' | 'run'; run: string }
);

/** Such as a Job of Kubernetes may have. */
const RUN = /^[\w.-]{1,100}$/;

/** @throws {ConfigError} */
export function parseOptions(args: readonly string[]): Options {
  const { queued, watch, dataset, verify, sweep, tables, enqueue, run, help } = parse(args);
  const problems = [
    watch && !queued && '--watch requires --queued',
    [queued, verify, sweep, tables, enqueue || run !== undefined].filter(Boolean).length > 1 &&
      '--queued, --verify, --tables, --sweep, and --enqueue with --run, exclude each other',
    dataset.length > 0 &&
      (queued || sweep || tables || enqueue || run !== undefined) &&
      '--dataset cannot be combined with --queued, --tables, --sweep, --enqueue or --run',
    run !== undefined &&
      !RUN.test(run) &&
      '--run must be 1 to 100 letters, digits, dots, hyphens and underscores',
    ...dataset.map(
      (ref) =>
        parseRef(ref) === null &&
        `--dataset: ${JSON.stringify(ref)} is not owner/slug or owner/slug/versions/n`,
    ),
  ].filter((problem) => problem !== false);
  if (problems.length > 0) throw new ConfigError(problems);
  const common = { datasets: dataset, help };
  if (enqueue) return { mode: 'enqueue', run: run ?? randomUUID(), ...common };
  if (run !== undefined) return { mode: 'run', run, ...common };
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
  return { mode, ...common };
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
        enqueue: flag,
        run: { type: 'string' },
        dataset: { type: 'string', multiple: true, default: [] },
        help: { ...flag, short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new ConfigError([`${(error as Error).message.split('. ')[0]} (--help lists the options)`]);
  }
}
