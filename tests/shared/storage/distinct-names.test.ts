import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findDistinctNames } from '#shared/storage/distinct-names.ts';

describe('findDistinctNames', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'names-test-'));
  const folded = join(folder, 'folded');
  afterAll(() => rm(folder, { recursive: true }));

  it('finds what this file system does, and leaves nothing', async () => {
    const place = join(folder, 'here');
    await mkdir(place);
    const found = await findDistinctNames(place);
    expect(await readdir(place)).toEqual([]);
    for (const name of ['x', 'X', 'ö', 'o\u0308']) await writeFile(join(place, name), '');
    const names = (await readdir(place)).length;
    expect(names).toBe(1 + Number(found.byCase) + 1 + Number(found.byForm));
  });

  it.runIf(canFold(folded))('finds a volume that takes such names for one', async () => {
    try {
      expect(await findDistinctNames(folded)).toEqual({ byCase: false, byForm: false });
    } finally {
      execFileSync('umount', [folded]);
    }
  });
});

/** Mounts a tmpfs that folds names, where this process and this kernel can (Linux 6.13 with CONFIG_UNICODE). */
function canFold(place: string): boolean {
  try {
    execFileSync('mkdir', [place]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,casefold', 'tmpfs', place], { stdio: 'ignore' });
    execFileSync('chattr', ['+F', place], { stdio: 'ignore' });
    return true;
  } catch {
    process.stdout.write('A volume that folds names is not tried: it takes a casefold tmpfs.\n');
    return false;
  }
}
