import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';

export interface Guarded {
  readonly child: ChildProcess;
  /** Its status once it has ended; that of a shell, 128 + n, when a signal ended it. */
  readonly exited: Promise<number | null>;
  readonly isRunning: boolean;
  signal(name: SignalName): void;
}

export type SignalName = 'INT' | 'TERM' | 'QUIT' | 'KILL';

// Signals come through a pipe, a name a line. When the pipe closes, the process that held it is gone, however it
// ended; the last signal is sent then.
const GUARD = `
last=$1; shift
"$@" 3<&- & child=$!
trap '' HUP INT TERM QUIT
{ while read -r name; do kill -s "$name" "$child"; done; kill -s "$last" "$child"; } <&3 3<&- 2>/dev/null & reader=$!
exec 3<&-
wait "$child"; status=$?
kill -s KILL "$reader" 2>/dev/null
exit "$status"
`;

/**
 * Starts a program that ends when this process does, also when that is killed: a shell stands between them and sends
 * it `last`. Both are in a session of their own, so that a terminal's signals reach only us.
 */
export function spawnGuarded(
  command: string,
  args: readonly string[],
  {
    last,
    ...options
  }: Omit<SpawnOptions, 'stdio' | 'detached'> & {
    last: SignalName;
    stdio?: 'inherit' | number;
  },
): Guarded {
  const output = options.stdio ?? 'inherit';
  const child = spawn('/bin/sh', ['-c', GUARD, 'guard', last, command, ...args], {
    ...options,
    detached: true,
    stdio: ['ignore', output, output, 'pipe'],
  });
  const control = child.stdio[3] as Writable;
  // It may end before it reads.
  control.on('error', () => {});
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  return {
    child,
    exited,
    get isRunning() {
      return child.exitCode === null && child.signalCode === null;
    },
    signal: (name) => void control.write(`${name}\n`),
  };
}

/** Sends `first` and waits for the end; sends `force` when there is no more time. */
export async function stopGuarded(
  guarded: Guarded,
  { first, force }: { first: SignalName; force: SignalName },
  hurry?: AbortSignal,
): Promise<void> {
  if (!guarded.isRunning) return;
  guarded.signal(hurry?.aborted ? force : first);
  hurry?.addEventListener('abort', () => guarded.signal(force), { once: true });
  await guarded.exited;
}
