import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { hasCluster } from './cluster.ts';
import { run } from './run.ts';

/** A copy of the project that a test may change and build. */
export function useTree() {
  const path = mkdtempSync(join(tmpdir(), 'k8s-tree-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  if (hasCluster)
    beforeAll(async () => {
      for (const file of (await run('git', ['ls-files'])).split('\n')) {
        mkdirSync(dirname(join(path, file)), { recursive: true });
        cpSync(file, join(path, file));
      }
      symlinkSync(resolve('node_modules'), join(path, 'node_modules'));
    });
  return {
    path,
    run: (program: string, ...args: string[]) => run(program, args, { cwd: path }),
    /** Builds its image and brings it to the cluster; gives the image's name. */
    image: () => run('make', ['-s', '-C', 'knative', 'image'], { cwd: path }),
    /** Adds a committed migration, as `npm run migrate:commit` writes it; the API is not ready without it. */
    addMigration(body: string): void {
      const folder = join(path, 'migrations/committed');
      const newest = readdirSync(folder).toSorted().at(-1) ?? '';
      const previous = /^--! Hash: (.*)$/m.exec(readFileSync(join(folder, newest), 'utf8'))?.[1] ?? '';
      const hash = createHash('sha1').update(`${previous}\n${body.trim()}\n`).digest('hex');
      const number = String(Number(newest.slice(0, 6)) + 1).padStart(6, '0');
      const header = `--! Previous: ${previous}\n--! Hash: sha1:${hash}\n--! Message: added\n`;
      writeFileSync(join(folder, `${number}-added.sql`), `${header}\n${body.trim()}\n`);
      const expected = join(path, 'shared/data/migrations.ts');
      const source = readFileSync(expected, 'utf8');
      writeFileSync(expected, source.replace(/(NEWEST_MIGRATION = ')\d{6}/, `$1${number}`));
    },
  };
}
