import { Readable } from 'node:stream';
import { contentEtag } from '#shared/http/content-etag.ts';
import type { Dependencies } from '#shared/http/dependencies.ts';
import { Problem } from '#shared/http/problems.ts';
import type { Comparison } from '#shared/tables/diff/comparison.ts';
import { QueryStopped } from '#shared/tables/query-engine.ts';
import type { RowFormat } from '#shared/tables/row-formats.ts';
import { tableVolume } from '#shared/tables/table-volume.ts';
import type { Logger } from '#shared/telemetry/logger.ts';
import { count } from '#shared/telemetry/measure.ts';
import { measureQuery } from './measure-query.ts';
import { queryBytes } from './query-bytes.ts';
import { problemOf, problemOfDeath } from './query-problem.ts';
import { QueryDeath, type QueryProcess } from './query-process.ts';
import { type FindSource, type FoundTable, findSource } from './query-sources.ts';
import type { QuerySteps, ResultColumn } from './query-steps.ts';

export interface QueryRequest {
  /** SQL of a client; empty with `compare`. */
  text: string;
  /** Rows of two tables, which then have positions. */
  compare?: Comparison;
  find: FindSource;
  /** Who is counted: one of its queries runs at a time. */
  caller: string;
  format: RowFormat;
  /** Null: all, which JSON does not have. */
  maxRows: number | null;
  /** In milliseconds. */
  timeout: number;
  /** Ends the query. */
  signal: AbortSignal;
}

/** A query that was checked and can run. Its process ends with its stream, or by `close`. */
export interface OpenQuery {
  columns: readonly ResultColumn[];
  /** Weak; null when the result may be another one the next time. */
  tag: string | null;
  /** The result in its format; not whole unless it ends without an error. @throws {Problem} */
  stream(): Promise<Readable>;
  /** Of what is done so far, as Server-Timing tells it. */
  timing(): string;
  close(): void;
}

export type Place = Pick<Dependencies, 'db' | 'volume' | 'tables'> & { log: Pick<Logger, 'error'> };

/** Milliseconds in which a client has to take JSON that is made. */
const TRANSFER = 60_000;

/**
 * Has a client's SQL checked and its tables opened, in a process of its own.
 * @throws {Problem} query-refused, query-invalid, query-too-expensive, overloaded, not-ready, table-failed,
 *   volume-unavailable
 */
export async function openQuery(place: Place, request: QueryRequest): Promise<OpenQuery> {
  const { text, find, format, maxRows, timeout, signal, compare } = request;
  const measure = measureQuery();
  let process: QueryProcess | null = null;
  let files: ReturnType<typeof tableVolume>[] = [];
  const end = (outcome: string) => {
    process?.close();
    measure.end(outcome);
  };
  const failed = (error: unknown): unknown => {
    const problem =
      error instanceof QueryStopped || error instanceof QueryDeath
        ? problemOfDeath(error instanceof QueryDeath ? error.cause_of_death : 'left', timeout)
        : error;
    end(problem instanceof Problem ? problem.slug : 'internal-error');
    return problem;
  };
  const ask = async <Name extends keyof QuerySteps>(
    running: QueryProcess,
    name: Name,
    step: QuerySteps[Name]['step'],
  ): Promise<QuerySteps[Name]['reply']> => {
    const answer = await running.ask(name, step);
    if ('reply' in answer) return answer.reply;
    throw (
      problemOf(answer.fault) ??
      files[0]?.failure(new Error(answer.fault.detail)) ??
      new Error(answer.fault.detail)
    );
  };

  try {
    const running = await place.tables.queries.enter(request.caller, signal);
    process = running;
    measure.mark('wait');
    running.killAfter(timeout);
    const { tables, volatile } = await ask(running, 'check', { text, compare });
    const found = await Promise.all(tables.map((table) => findSource(place, find, table, text)));
    files = found.map((one) => volumeOf(place, one));
    const views = await Promise.all(
      found.map(async ({ reference, table }, index) => ({
        ...reference,
        path: (await files[index]?.path()) ?? '',
        json: table.schema.filter(({ type }) => type === 'json').map(({ name }) => name),
        numbered: compare !== undefined,
      })),
    );
    const { columns } = await ask(running, 'open', { views, format, maxRows });
    measure.mark('open');
    const sums = found.map(({ reference, table }) => [reference.schema, reference.name, table.sha256]);
    return {
      columns,
      tag: volatile ? null : `W/${contentEtag(JSON.stringify([text, format, maxRows, sums]))}`,
      stream: () =>
        streamOf(running).catch((error) => {
          throw failed(error);
        }),
      timing: measure.timing,
      close: () => end('ok'),
    };

    async function streamOf(engine: QueryProcess): Promise<Readable> {
      const done = ask(engine, 'run', {});
      done.catch(() => {});
      if (format === 'json') {
        await done;
        engine.killAfter(TRANSFER);
      }
      const chunks = queryBytes(engine, done, (bytes) => count('queryResult', bytes));
      // What fails before there is a first byte is told as a problem.
      const first = await chunks.next();
      measure.mark('run');
      const all = async function* () {
        try {
          if (!first.done) yield first.value;
          yield* chunks;
          end('ok');
        } catch (error) {
          throw failed(error);
        }
      };
      const stream = Readable.from(all(), { objectMode: false }).once('close', () => end('left'));
      for (const { version } of found) place.volume.hold(version.id, stream);
      return stream;
    }
  } catch (error) {
    throw failed(error);
  }
}

function volumeOf({ volume, log }: Place, { ref, version, table }: FoundTable) {
  return tableVolume({ ref, version: version.version, root: volume.root, log }, table);
}
