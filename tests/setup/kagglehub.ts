import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Output {
  /** Of Python 3. */
  version: number;
  results: ({ files: Record<string, string> } | { error: string })[];
}

/** Of Python 3, or why there is none that can be compared with. */
export const python = findPython();

/** What kagglehub would have on the disk of each archive: the content by path, as latin1, or its error. */
export function unpackAsKagglehub(archives: readonly Buffer[]): (Record<string, string> | Error)[] {
  const folder = mkdtempSync(join(tmpdir(), 'kagglehub-'));
  try {
    for (const [index, archive] of archives.entries())
      writeFileSync(join(folder, String(index).padStart(4, '0')), archive);
    const script = join(import.meta.dirname, 'unpack-as-kagglehub.py');
    const { results } = JSON.parse(
      execFileSync('python3', [script, folder], { encoding: 'utf8', maxBuffer: 2 ** 28 }),
    ) as Output;
    return results.map((result) => {
      if ('error' in result) return new Error(result.error);
      const files = Object.entries(result.files).map(([path, content]) => [
        Buffer.from(path, 'base64').toString(),
        Buffer.from(content, 'base64').toString('latin1'),
      ]);
      return Object.fromEntries(files.sort());
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The filter that kagglehub asks tarfile for is in 3.12, and in later releases of those before it. */
function findPython(): number | string {
  const probe = 'import sys, tarfile; print(sys.version_info[1] if hasattr(tarfile, "data_filter") else 0)';
  try {
    const minor = Number(execFileSync('python3', ['-c', probe], { encoding: 'utf8', stdio: 'pipe' }));
    return minor > 0 ? minor : 'python3 is too old: its tarfile knows no filters';
  } catch {
    return 'there is no python3';
  }
}
