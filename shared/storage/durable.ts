import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './write-member.ts';

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
  await syncFolder(dirname(path));
}

/** Null when there is no such file. */
export async function readIfThere(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}
