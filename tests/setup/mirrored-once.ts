import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import { createDatabase, withDatabase } from './databases.ts';
import { createMirror, type Mirror } from './mirror.ts';

export interface Original {
  /** The name of a database that nobody is connected to. */
  database: string;
  copyTo(mirror: Mirror): Promise<void>;
}

/** What `make` mirrors, made by the first file of a test process that wants it: the others copy database and folders. */
export function mirroredOnce(name: string, make: (mirror: Mirror) => Promise<void>): () => Promise<Original> {
  let made: Promise<Original> | undefined;
  return () => {
    made ??= makeOriginal(name, make);
    return made;
  };
}

async function makeOriginal(name: string, make: (mirror: Mirror) => Promise<void>): Promise<Original> {
  const rootUrl = inject('rootUrl') ?? '';
  const template = inject('template');
  // Dropped with the template, as the folder is removed with the programs.
  const database = `${template}_${name}_${process.pid}`;
  const folder = join(dirname(inject('programs')), `${name}-${process.pid}`);
  await createDatabase(rootUrl, database, template);
  const { mirror, open, close } = createMirror({ url: withDatabase(rootUrl, database) });
  await open();
  try {
    await make(mirror);
    copy(mirror.source, join(folder, 'source'));
    copy(mirror.volume, join(folder, 'volume'));
  } finally {
    await close();
  }
  return {
    database,
    async copyTo({ source, volume }) {
      copy(join(folder, 'source'), source);
      copy(join(folder, 'volume'), volume);
    },
  };
}

/** Links, modes and times as they are. */
function copy(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  execFileSync('cp', ['-a', `${from}/.`, to]);
}
