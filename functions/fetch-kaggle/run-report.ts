import type { RunSummary } from '#shared/data/runs.ts';
import type { Progress } from '#shared/data/sync-queue.ts';
import type { TableClaim } from '#shared/data/table-queue.ts';
import type { Logger } from '#shared/telemetry/logger.ts';
import { count } from '#shared/telemetry/measure.ts';
import { createProgressLine } from './progress-line.ts';

export interface Outcome {
  kind: 'mirrored' | 'unchanged' | 'pending' | 'failed' | 'lost' | 'interrupted' | 'done elsewhere';
  versions: number[];
  reason?: string;
}

export type TableOutcome = 'ready' | 'failed' | 'opened' | 'not a table' | 'lost' | 'interrupted' | 'again';

export interface Totals {
  datasets: number;
  failed: number;
  /** Given back to the queue, as the run was told to stop. */
  interrupted: number;
  bytes: number;
}

/** What a run tells people: a progress bar and plain lines on a terminal, log lines otherwise. */
export interface Report {
  bytes(received: number): void;
  progress(ref: string, progress: Progress): void;
  /** One line when a dataset is done. */
  dataset(ref: string, outcome: Outcome, seconds: number): void;
  /** One line when a table is done. */
  table(table: Pick<TableClaim, 'ref' | 'version' | 'name'>, outcome: TableOutcome, seconds: number): void;
  /** One line for the run. */
  run(facts: { requests: number; retries: number; seconds: number }): void;
  /** One line for what a run of several processes has to do, and how long it takes by the pace to Kaggle; null is no pace. */
  queued(id: string, summary: RunSummary, perMinute: number | null): void;
  /** One line for how such a run went, with the datasets of all its workers. */
  whole(id: string, summary: RunSummary): void;
  totals: Totals;
  /** The datasets it has spoken of. */
  refs: ReadonlySet<string>;
}

const LOG_EVERY = 10_000;

export function createReport(log: Logger, terminal: NodeJS.WriteStream | null): Report {
  const totals: Totals = { datasets: 0, failed: 0, interrupted: 0, bytes: 0 };
  const refs = new Set<string>();
  const line = terminal && createProgressLine(terminal);
  let logged = performance.now();
  const tell = (text: string, facts: object) => {
    if (line) line.print(text);
    else log.info(facts, text);
  };
  return {
    totals,
    refs,
    bytes(received) {
      totals.bytes += received;
      count('downloaded', received);
    },
    progress(ref, progress) {
      line?.update(ref, progress);
      if (line || performance.now() - logged < LOG_EVERY) return;
      logged = performance.now();
      const { phase, bytesDone, bytesTotal } = progress;
      log.info({ ref, phase, bytes_done: bytesDone, bytes_total: bytesTotal }, 'progress');
    },
    dataset(ref, { kind, versions, reason }, seconds) {
      totals.datasets += 1;
      refs.add(ref);
      count('syncDuration', seconds, { 'kaggle_data.outcome': kind });
      if (kind === 'failed' || kind === 'interrupted') totals[kind] += 1;
      line?.forget(ref);
      const what = versions.length > 0 ? ` version ${versions.join(', ')}` : '';
      const why = reason === undefined ? '' : `: ${reason}`;
      tell(`${ref} ${kind}${what} in ${seconds.toFixed(1)} s${why}`, {
        ref,
        outcome: kind,
        versions,
        seconds: Number(seconds.toFixed(3)),
        reason,
      });
    },
    table({ ref, version, name }, outcome, seconds) {
      count('conversionDuration', seconds, { 'kaggle_data.outcome': outcome });
      tell(`${ref} version ${version}: table ${name} ${outcome} in ${seconds.toFixed(1)} s`, {
        ref,
        version,
        table: name,
        outcome,
        seconds: Number(seconds.toFixed(3)),
      });
    },
    queued(id, { datasets }, perMinute) {
      const hours = perMinute === null ? 0 : datasets / perMinute / 60;
      const pace =
        perMinute === null ? '' : `, at least ${hours.toFixed(1)} h at ${perMinute} requests a minute`;
      tell(`run ${id}: ${datasets} datasets are queued${pace}`, { run: id, datasets, least_hours: hours });
    },
    whole(id, summary) {
      const { datasets, failed, cancelled, seconds } = summary;
      tell(
        `run ${id}: ${datasets} datasets, ${failed} failed, ${cancelled} cancelled in ${seconds.toFixed(1)} s`,
        { run: id, ...summary },
      );
    },
    run(facts) {
      const { datasets, failed, bytes } = totals;
      const { requests, retries, seconds } = facts;
      tell(
        `${datasets} ${datasets === 1 ? 'dataset' : 'datasets'}, ${failed} failed: ${requests} requests, ${retries} of them retries, ${bytes} bytes in ${seconds.toFixed(1)} s`,
        { ...totals, ...facts, seconds: Number(seconds.toFixed(3)) },
      );
      line?.end();
    },
  };
}
