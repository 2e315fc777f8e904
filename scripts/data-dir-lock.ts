import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface Lock {
  release(): unknown;
}

// Of two that ask at the same moment, SQLite's way of locking could refuse both if neither waited.
const WAIT = 1_000;
const BUSY = 5;

/**
 * The right to run what is in a data directory, or null while another process has it. The lock is the kernel's, on the
 * file `lock`, and ends with its holder, however that ends; the file stays and means nothing. SQLite takes it, as Node
 * offers no lock of its own.
 */
export function lockDataDir(path: string): Lock | null {
  return hold(join(path, 'lock'), 'BEGIN EXCLUSIVE', WAIT);
}

/** The right to use what the lock's holder runs, or null when it is about to stop that. */
export function shareDataDir(path: string): Lock | null {
  return hold(join(path, 'sharers'), 'BEGIN; SELECT count(*) FROM sqlite_schema', WAIT);
}

/** Lets nobody share any more, or is null while somebody does. */
export function endSharing(path: string): Lock | null {
  return hold(join(path, 'sharers'), 'BEGIN EXCLUSIVE', 0);
}

function hold(file: string, statement: string, timeout: number): Lock | null {
  const database = new DatabaseSync(file, { timeout });
  try {
    // Without a journal beside it: nothing is ever written.
    database.exec(`PRAGMA journal_mode = MEMORY; ${statement}`);
    chmodSync(file, 0o600);
    return { release: () => database.isOpen && database.close() };
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === BUSY) return null;
    throw error;
  }
}
