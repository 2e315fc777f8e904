import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { syncPath } from './durable.ts';
import { VolumeError } from './storage-errors.ts';
import { together } from './together.ts';

/**
 * File systems whose syncfs(2) brings everything to where fsync(2) of each file would: statfs(2), `f_type`. Not among
 * them: FUSE and SMB, whose servers it tells nothing.
 */
const FLUSHED_AS_A_WHOLE = new Set([
  0xef53, // ext4
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0x6969, // NFS, whose files are on the server when they are closed
  0x794c7630, // overlay
  0x01021994, // tmpfs
]);
const AT_ONCE = 16;

/**
 * Makes files below a folder, and all folders that hold them, last. Node has no syncfs(2): coreutils' `sync` makes
 * that call. Where it is not installed, or would not do, each file is flushed by itself.
 */
export async function flushTree(folder: string, files: readonly { path: string }[]): Promise<void> {
  const { type } = await statfs(folder);
  if (!FLUSHED_AS_A_WHOLE.has(type) || !(await flushFileSystem(folder))) await flushEach(folder, files);
}

/** False when there is no such program. @throws {VolumeError} */
async function flushFileSystem(folder: string): Promise<boolean> {
  const child = spawn('sync', ['-f', folder], { stdio: ['ignore', 'ignore', 'pipe'] });
  const said = text(child.stderr);
  try {
    const [code] = await once(child, 'exit');
    if (code === 0) return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  throw new VolumeError('unusable', 'the unpacked files cannot be flushed to disk', {
    cause: new Error((await said).trim()),
  });
}

async function flushEach(folder: string, files: readonly { path: string }[]): Promise<void> {
  const paths = new Set<string>([folder]);
  for (const { path } of files) {
    const target = join(folder, path);
    paths.add(target);
    for (let up = dirname(target); !paths.has(up); up = dirname(up)) paths.add(up);
  }
  const queue = paths.values();
  const work = async () => {
    for (const path of queue) await syncPath(path);
  };
  await together(new AbortController().signal, Array<typeof work>(AT_ONCE).fill(work));
}
