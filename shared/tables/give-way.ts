import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';

const LOWEST = 19;

/** This process gives way to all others, with each of its threads: Linux has a priority for every one. */
export function giveWay(): void {
  for (const thread of threads())
    try {
      setPriority(thread, LOWEST);
    } catch {
      // The thread has ended.
    }
}

function threads(): number[] {
  try {
    return readdirSync('/proc/self/task').map(Number);
  } catch {
    // Other systems have one priority for all.
    return [0];
  }
}
