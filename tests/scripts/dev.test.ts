import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '#scripts/free-port.ts';
import { hasDatabase } from '#tests/setup/api.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
/** Who is signed in, but for who asks and for graphile-migrate, which calls itself nothing. */
const SESSIONS = `SELECT DISTINCT usename FROM pg_stat_activity
  WHERE client_addr IS NOT NULL AND application_name <> ''`;
const PARTS = ['functions', 'shared', 'web', 'scripts', 'migrations', 'package.json', '.gmrc'];

describe.skipIf(!hasDatabase || process.env.TEST_DATABASE_URL)('npm run dev', () => {
  let project: string;
  let url: string;
  let dev: ChildProcess;
  let output = '';

  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), 'kaggle-dev-'));
    for (const part of PARTS)
      await cp(join(PROJECT, part), join(project, part), { recursive: true, verbatimSymlinks: true });
    await symlink(join(PROJECT, 'node_modules'), join(project, 'node_modules'));
    const data = await mkdtemp(join(tmpdir(), 'kaggle-dev-data-'));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const { DATABASE_URL: _, ...env } = process.env;
    dev = spawn(process.execPath, ['scripts/dev.ts'], {
      cwd: project,
      env: { ...env, PORT: String(port), DATA_DIR: data },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [dev.stdout, dev.stderr]) stream?.on('data', (chunk) => (output += chunk));
    return async () => {
      if (dev.exitCode === null && dev.signalCode === null) {
        dev.kill('SIGTERM');
        await once(dev, 'exit');
      }
      for (const folder of [project, data]) await rm(folder, { recursive: true, force: true });
    };
  }, 60_000);

  it('serves on a database with the committed migrations', async () => {
    await until(async () => (await fetch(`${url}/datasets`)).status === 200);
    expect(output).toContain('Ctrl-C stops everything');
  });

  it('starts the API again when a file it uses changes', async () => {
    await edit('functions/catalogue/list-datasets.ts', (text) =>
      text.replace(/summary: '[^']*'/, "summary: 'Edited while it ran'"),
    );
    await until(async () => (await (await fetch(url)).text()).includes('Edited while it ran'));
  });

  it('runs the migration being written at each change', async () => {
    const migration = (column: string) => `ALTER TABLE datasets ADD COLUMN IF NOT EXISTS ${column} text;\n`;
    await edit('migrations/current.sql', () => migration('licence_one'));
    await until(() => hasColumn('licence_one'));
    await edit('migrations/current.sql', (text) => text + migration('licence_two'));
    await until(() => hasColumn('licence_two'));
  });

  it('signs the API in as its role, which gets rights to what is being written', async () => {
    const granted = "SELECT FROM pg_tables WHERE has_table_privilege('kaggle_api', 'notes', 'INSERT')";
    await edit('shared/data/grants.ts', (text) => text.replace('    datasets: ALL,', '$&\n    notes: ADD,'));
    await edit('migrations/current.sql', () => 'CREATE TABLE IF NOT EXISTS notes (text text);\n');
    await until(async () => (await ask(granted)).length > 0);
    await until(async () => (await fetch(`${url}/datasets`)).status === 200);
    expect(await ask(SESSIONS)).toEqual([{ usename: 'kaggle_api' }]);
  });

  it('ends with Ctrl-C, and nothing of it is left', async () => {
    dev.kill('SIGINT');
    await once(dev, 'exit');
    expect(dev.exitCode).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
    expect(output).not.toContain('Error:');
  });

  async function edit(file: string, change: (text: string) => string): Promise<void> {
    const path = join(project, file);
    await writeFile(path, change(await readFile(path, 'utf8')));
  }

  async function hasColumn(name: string): Promise<boolean> {
    const columns = "SELECT FROM information_schema.columns WHERE table_name = 'datasets' AND column_name =";
    return (await ask(`${columns} '${name}'`)).length === 1;
  }

  /** Asks the database shown in the banner, through a client of its own. */
  async function ask(statement: string): Promise<object[]> {
    const address = /postgres:\/\/\S+(?=,)/.exec(output)?.[0];
    const place = /password in (\S+)/.exec(output)?.[1];
    if (!address || !place) throw new Error(`no database in the banner: ${output}`);
    const url = new URL(address);
    url.password = await readFile(place, 'utf8');
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    try {
      return (await client.query(statement)).rows;
    } finally {
      await client.end();
    }
  }

  async function until(condition: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 25_000;
    for (;;) {
      const outcome = await condition().catch((error: Error) => error);
      if (outcome === true) return;
      if (dev.exitCode !== null || Date.now() > deadline)
        throw new Error(`it does not happen (${outcome}): ${output}`);
      await sleep(50);
    }
  }
});
