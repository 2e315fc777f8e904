import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * A pipe whose ends are file descriptors, to be closed by the caller. What Node makes for a child's output is a socket,
 * which the engine cannot open by a path. Node has no pipe(2) nor mkfifo(3): coreutils' `mkfifo` makes that call.
 */
export async function createPipe(): Promise<{ read: number; write: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'pipe-'));
  try {
    const path = join(folder, 'pipe');
    await run('mkfifo', ['-m', '600', path]);
    const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return { read, write: openSync(path, constants.O_WRONLY) };
    } catch (error) {
      closeSync(read);
      throw error;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
