import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, inject } from 'vitest';
import { hasDatabase, useDatabase } from './api.ts';
import { createDatabase, withDatabase } from './databases.ts';
import { createMirror, type Mirror, useMirror } from './mirror.ts';

/** What is copied: a database that nobody is connected to, and the folders that belong to it. */
interface Original {
  database: string;
  folder: string;
}

const originals = new Map<string, Promise<Original>>();

/** A database, a volume and a Kaggle of this test file's own, as `make` leaves them: it runs for the first file of a process that asks for `name`, the others get copies. */
export function useMirrored(name: string, make: (mirror: Mirror) => Promise<void>) {
  const original = () => {
    const made = originals.get(name) ?? makeOriginal(`${process.pid}_${originals.size}`, make);
    originals.set(name, made);
    return made;
  };
  const database = useDatabase(async () => (await original()).database);
  const mirror = useMirror(database);
  if (hasDatabase)
    beforeAll(async () => {
      const { folder } = await original();
      copy(join(folder, 'source'), mirror.source);
      copy(join(folder, 'volume'), mirror.volume);
    });
  return { database, mirror };
}

/** Gives a dataset the number that Kaggle knows it by, which a copy of its folder has as well. */
export async function numberDataset({ source }: Mirror, ref: string, id: number): Promise<void> {
  await mkdir(join(source, ref), { recursive: true });
  await writeFile(join(source, ref, 'dataset-metadata.json'), JSON.stringify({ id_no: id }));
}

async function makeOriginal(id: string, make: (mirror: Mirror) => Promise<void>): Promise<Original> {
  const rootUrl = inject('rootUrl') ?? '';
  const template = inject('template');
  // Dropped with the template, as the folder is removed with the programs.
  const database = `${template}_${id}`;
  const folder = join(dirname(inject('programs')), `mirrored_${id}`);
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
  return { database, folder };
}

/** Links, modes and times as they are. */
function copy(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  execFileSync('cp', ['-a', `${from}/.`, to]);
}
