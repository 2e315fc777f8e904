import { setTimeout as sleep } from 'node:timers/promises';

/** What a process is told about its end. */
export interface Lifetime {
  /** Aborted when the process is to end; the reason is an `Ending`. */
  readonly signal: AbortSignal;
  /** Resolves at the same moment. */
  readonly ended: Promise<void>;
  /** Stops something at the end, before everything that was opened earlier; at once when the end is over. */
  onEnd(stop: Stop): void;
}

/** `hurry` is aborted when there is no more time. A stop that takes it gets some seconds from then on, any other none. */
export type Stop = (hurry: AbortSignal) => unknown;

/** Why a process ends. */
export type Ending = { by: string } | { err: unknown };

interface Options {
  /** Milliseconds from being told to end until it hurries. */
  grace?: number;
  /** Says that it is ending; an error is one that nothing caught, or that `main` threw. */
  report?: (ending: Ending) => void;
  /** The status to exit with after an error. */
  statusOf?: (err: unknown) => number;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
// npm and the terminal both signal, and an emulator that closes signals once more: all of that is one wish.
const ONE_WISH = 1_000;
const LAST_STOPS = 5_000;
const PARENT_CHECK = 1_000;

/**
 * Runs a process from its first line to its exit. It ends when `main` returns a status or throws, or when it is told
 * to: by a signal, by the end of the process that started it, or by an error that nothing caught. `main` may return
 * nothing to go on until then. All that was opened is stopped, last first; a second wish hurries that and cuts
 * nothing off.
 */
export async function live(
  main: (lifetime: Lifetime) => Promise<unknown>,
  { grace = 10_000, report = reportError, statusOf = () => 1 }: Options = {},
): Promise<never> {
  const end = new AbortController();
  const hurry = new AbortController();
  const hurried = new Promise<void>((resolve) => hurry.signal.addEventListener('abort', () => resolve()));
  const stops: Stop[] = [];
  let status = 0;
  let over = false;

  let toldAt = 0;
  const tell = (ending: Ending) => {
    if (end.signal.aborted) {
      if ('by' in ending && performance.now() - toldAt > ONE_WISH) hurry.abort();
      return;
    }
    toldAt = performance.now();
    setTimeout(() => hurry.abort(), grace).unref();
    report(ending);
    end.abort(ending);
  };
  const fail = (err: unknown) => {
    status = statusOf(err);
    tell(isBrokenOutput(err) ? { by: 'closed output' } : { err });
  };
  hearOf(tell, fail);

  const ended = new Promise<void>((resolve) => end.signal.addEventListener('abort', () => resolve()));
  const work = async () => {
    const returned = await main({
      signal: end.signal,
      ended,
      onEnd(stop) {
        if (over) void stop(hurry.signal);
        else stops.push(stop);
      },
    });
    if (typeof returned === 'number') status = returned;
    else await ended;
  };
  // What fails because it is being stopped is no failure.
  const worked = work().catch((err) => end.signal.aborted || fail(err));
  await Promise.race([worked, hurried]);
  // Also what ends by itself stops in bounded time.
  tell({ by: 'itself' });
  for (let stop = stops.pop(); stop; stop = stops.pop()) {
    const stopped = Promise.resolve(stop(hurry.signal)).catch((err) => {
      status ||= 1;
      report({ err });
    });
    const { length } = stop;
    await Promise.race([stopped, hurried.then(() => sleep(length > 0 ? LAST_STOPS : 0))]);
  }
  over = true;
  process.exit(hurry.signal.aborted ? status || 1 : status);
}

function hearOf(tell: (ending: Ending) => void, fail: (err: unknown) => void): void {
  for (const signal of SIGNALS) process.on(signal, () => tell({ by: signal }));
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  for (const output of [process.stdout, process.stderr]) output.on('error', fail);
  // Started by another process of ours.
  process.once('disconnect', () => tell({ by: 'end of the parent' }));
  process.channel?.unref();
  // Started by npm, which does not end it when it is killed itself, and may be gone before this line.
  const { npm_lifecycle_event, PARENT_PID } = process.env;
  delete process.env.PARENT_PID;
  if (npm_lifecycle_event === undefined) return;
  const parent = Number(PARENT_PID) || process.ppid;
  setInterval(() => process.ppid !== parent && tell({ by: 'end of the parent' }), PARENT_CHECK).unref();
}

/** A terminal that was closed, a reader that left: nothing to be told, and nobody to tell. */
function isBrokenOutput(err: unknown): boolean {
  const code = err instanceof Error && 'code' in err ? err.code : undefined;
  const syscall = err instanceof Error && 'syscall' in err ? err.syscall : undefined;
  return syscall === 'write' && (code === 'EPIPE' || code === 'EIO');
}

function reportError(ending: Ending): void {
  if ('err' in ending) process.stderr.write(`${(ending.err as Error)?.stack ?? ending.err}\n`);
}
