import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { findBinaries } from '#scripts/embedded-postgres/binaries.ts';
import { openCluster } from '#scripts/embedded-postgres/cluster.ts';
import { postgresUser } from '#scripts/embedded-postgres/user.ts';

/** What initdb makes, once a run; false where there is no embedded PostgreSQL. */
export async function makeCluster(dir: string): Promise<boolean> {
  const user = await postgresUser();
  makeFolder(dir);
  const binaries = await findBinaries(user, join(dir, 'binaries'));
  if (binaries === null) return false;
  await openCluster({ dir, binaries, user });
  return true;
}

/** A folder for `startPostgres`, in which initdb need not run. Without `cluster` that of this run, if it has one. */
export function copyCluster(dir: string, cluster = inject('newCluster')): void {
  makeFolder(dir);
  // Owners and modes too: PostgreSQL looks at them.
  if (cluster !== null) execFileSync('cp', ['-a', `${cluster}/.`, dir]);
}

/** Started by root, the server runs as a user who has to get through. */
function makeFolder(dir: string): void {
  mkdirSync(dir, { recursive: true });
  chmodSync(dir, 0o755);
}
