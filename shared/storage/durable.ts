import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a file so that after a crash there is the old one or the new one, whole. */
export async function writeDurably(path: string, chunks: Iterable<string>, mode = 0o644): Promise<void> {
  const scratch = `${path}.new`;
  const file = await open(scratch, 'w', mode);
  try {
    for (const chunk of chunks) await file.write(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(scratch, path);
  await syncPath(dirname(path));
}

/** Null when there is no such file. */
export async function readIfThere(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

/** Makes a folder and those above it, so that a crash does not take them back. */
export async function makeFolder(path: string): Promise<void> {
  const topmost = await mkdir(path, { recursive: true });
  if (topmost === undefined) return;
  for (let up = path; up.length >= topmost.length; up = dirname(up)) await syncPath(dirname(up));
}

/** Makes a file's bytes, or the names in a folder, last. */
export async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
