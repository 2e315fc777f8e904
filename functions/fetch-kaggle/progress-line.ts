import type { Progress } from '#shared/data/sync-queue.ts';

export interface ProgressLine {
  update(ref: string, progress: Progress): void;
  forget(ref: string): void;
  /** A lasting line above the bar. */
  print(text: string): void;
  end(): void;
}

const WIDTH = 24;
const CLEAR = '\r\x1b[K';

/** The last line of a terminal: how far the datasets in work have come. */
export function createProgressLine(terminal: NodeJS.WriteStream): ProgressLine {
  const active = new Map<string, string>();
  const draw = () => {
    const text = [...active.values()].join('   ').slice(0, (terminal.columns ?? 80) - 1);
    terminal.write(`${CLEAR}${text}`);
  };
  return {
    update(ref, progress) {
      active.set(ref, `${ref} ${describe(progress)}`);
      draw();
    },
    forget(ref) {
      active.delete(ref);
      draw();
    },
    print(text) {
      terminal.write(`${CLEAR}${text}\n`);
      draw();
    },
    end: () => terminal.write(CLEAR),
  };
}

function describe({ phase, bytesDone, bytesTotal }: Progress): string {
  if (bytesTotal === null || bytesTotal === 0) return phase;
  const share = Math.min(1, bytesDone / bytesTotal);
  const full = Math.round(share * WIDTH);
  return `${phase} [${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${Math.floor(share * 100)}%`;
}
