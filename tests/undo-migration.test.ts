import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { runMigrations } from '#functions/migrate/run-migrations.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { hasDatabase, useDatabase } from './setup/api.ts';
import { dropDatabase, withDatabase } from './setup/databases.ts';
import { useSql } from './setup/sql.ts';

const project = resolve(import.meta.dirname, '..');

/** docs/migrations.md, step by step, in a copy of the project. */
describe.skipIf(!hasDatabase)('taking a migration back', () => {
  const database = useDatabase();
  const sql = useSql(database);
  const rootUrl = inject('rootUrl') ?? '';
  const shadow = `${database.name}_shadow`;
  let copy = '';
  let before: string[] = [];
  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'kaggle-undo-'));
    for (const path of ['scripts', 'shared', 'migrations', '.gmrc', 'package.json'])
      await cp(join(project, path), join(copy, path), { recursive: true });
    await symlink(join(project, 'node_modules'), join(copy, 'node_modules'));
    const admin = new pg.Client({ connectionString: rootUrl });
    await admin.connect();
    await admin.query(`CREATE DATABASE ${pg.escapeIdentifier(shadow)}`);
    await admin.end();
    before = await committed();
  });
  afterAll(async () => {
    await dropDatabase(rootUrl, shadow);
    await rm(copy, { recursive: true, force: true });
  });

  const committed = async () => (await readdir(join(copy, 'migrations/committed'))).sort();
  const current = () => readFile(join(copy, 'migrations/current.sql'), 'utf8');
  const write = (text: string) => writeFile(join(copy, 'migrations/current.sql'), text);
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['scripts/graphile-migrate.ts', ...args], {
      cwd: copy,
      env: {
        ...process.env,
        DATABASE_URL: database.url,
        SHADOW_DATABASE_URL: withDatabase(rootUrl, shadow),
        ROOT_DATABASE_URL: rootUrl,
      },
    });
  const hasColumn = async () =>
    (
      await sql(
        `SELECT FROM information_schema.columns WHERE table_name = 'datasets' AND column_name = 'extra'`,
      )
    ).length === 1;

  it('uncommits the last one while it is only yours', { timeout: 60_000 }, async () => {
    const statement = 'ALTER TABLE datasets ADD COLUMN IF NOT EXISTS extra integer;';
    await write(`${statement}\n`);
    await run('commit', '--message', 'extra');
    expect((await committed()).at(-1)).toMatch(/^\d{6}-extra\.sql$/);
    expect(await current()).not.toContain(statement);
    expect(await hasColumn()).toBe(true);
    // npm start as another user reads it, too.
    for (const name of await committed())
      expect((await stat(join(copy, 'migrations/committed', name))).mode & 0o444, name).toBe(0o444);
    await run('uncommit');
    expect(await committed()).toEqual(before);
    expect(await current()).toContain(statement);
  });

  it('reverts a released one by another that goes forward', { timeout: 60_000 }, async () => {
    await run('commit', '--message', 'extra');
    await write('ALTER TABLE datasets DROP COLUMN IF EXISTS extra;\n');
    await run('commit', '--message', 'revert-extra');
    expect(await hasColumn()).toBe(false);
    expect(await committed()).toHaveLength(before.length + 2);
    const logger = createLogger({ level: 'silent', name: 'test' });
    await runMigrations({ url: database.url, folder: join(copy, 'migrations'), waitSeconds: 5, logger });
    expect(await hasColumn()).toBe(false);
  });
});
