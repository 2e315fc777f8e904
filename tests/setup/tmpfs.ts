import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

/** False without the right to mount; says so, as suites then skip. */
export const canMount = tryMount();

/** File systems of a test's own, taken away after it. */
export function useTmpfs() {
  const mounted = new Set<string>();
  const tmpfs = {
    mount(place: string, size: string): void {
      mkdirSync(place, { recursive: true });
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', place]);
      mounted.add(place);
    },
    /** At once, whoever still has files of it open. */
    unmount(place: string): void {
      execFileSync('umount', ['-l', place]);
      mounted.delete(place);
    },
  };
  afterEach(() => {
    for (const place of mounted) tmpfs.unmount(place);
  });
  return tmpfs;
}

function tryMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'kaggle-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place], { stdio: 'ignore' });
    execFileSync('umount', [place]);
    return true;
  } catch {
    process.stdout.write(
      'Tests of volumes that fill up or go away are skipped: they need the right to mount a tmpfs.\n',
    );
    return false;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
