import { readFile } from 'node:fs/promises';
import { StartError } from '#scripts/start-error.ts';

export interface User {
  uid: number;
  gid: number;
}

/** Whom PostgreSQL runs as: the user nobody when root starts it, for it refuses to be root; null: whoever starts it. */
export async function postgresUser(): Promise<User | null> {
  if (process.getuid?.() !== 0) return null;
  const line = (await readFile('/etc/passwd', 'utf8'))
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined)
    throw new StartError(
      'PostgreSQL refuses to run as root, and there is no user nobody. Start as another user.',
    );
  return { uid: Number(uid), gid: Number(gid) };
}
