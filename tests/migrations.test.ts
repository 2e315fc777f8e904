import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { runMigrations } from '#functions/migrate/run-migrations.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { hasDatabase } from './setup/api.ts';
import { createDatabase, dropDatabase, withDatabase } from './setup/databases.ts';

const logger = createLogger({ level: 'silent', name: 'test' });
const committed = (await readdir('migrations/committed')).sort();
let count = 0;

describe('the committed migrations', () => {
  it('leave nothing uncommitted on main', async () => {
    const current = await readFile('migrations/current.sql', 'utf8');
    expect(current.replace(/^--.*$/gm, '').trim()).toBe('');
  });
});

describe.skipIf(!hasDatabase)('migrating', () => {
  const rootUrl = inject('rootUrl') ?? '';
  let scratch = '';
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'kaggle-migrations-'));
  });
  afterAll(() => rm(scratch, { recursive: true, force: true }));

  async function database(): Promise<{
    url: string;
    query: (text: string) => Promise<Record<string, unknown>[]>;
  }> {
    const name = `kaggle_migrate_${process.pid}_${count++}`;
    await createDatabase(rootUrl, name);
    const url = withDatabase(rootUrl, name);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    onTestFinished(async () => {
      // graphile-migrate keeps its connection for a moment, and ends the process when it breaks.
      await vi.waitFor(async () => {
        const { rows } = await client.query(
          'SELECT FROM pg_stat_activity WHERE datname = current_database()',
        );
        expect(rows).toHaveLength(1);
      }, 5_000);
      await client.end();
      await dropDatabase(rootUrl, name);
    });
    return { url, query: async (text) => (await client.query(text)).rows };
  }

  it('is what `npm run migrate` does, and fails where there is nothing to apply', async () => {
    const { url, query } = await database();
    const run = (env: Record<string, string>) =>
      promisify(execFile)('npm', ['run', 'migrate'], { env: { ...process.env, DATABASE_URL: url, ...env } });
    await run({});
    const applied = await query('SELECT FROM graphile_migrate.migrations');
    expect(applied).toHaveLength(committed.length);
    await expect(run({ MIGRATIONS_FOLDER: join(scratch, 'none') })).rejects.toMatchObject({
      stdout: expect.stringContaining('contains no migrations'),
    });
  });

  /** A folder with the first `length` migrations, and perhaps one more. */
  async function folder(length: number, more?: string): Promise<string> {
    const path = join(scratch, `first-${length}-${count++}`);
    await mkdir(join(path, 'committed'), { recursive: true });
    for (const file of committed.slice(0, length))
      await copyFile(join('migrations/committed', file), join(path, 'committed', file));
    await writeFile(join(path, 'current.sql'), more ?? '');
    return path;
  }

  it('are applied by npm run migrate', async () => {
    const { url, query } = await database();
    const env = { ...process.env, DATABASE_URL: url };
    await promisify(execFile)('npm', ['run', '--silent', 'migrate'], { env });
    const applied = await query('SELECT filename FROM graphile_migrate.migrations');
    expect(applied).toHaveLength(committed.length);
  });

  const migrate = (url: string, from: string) =>
    runMigrations({ url, folder: from, waitSeconds: 20, logger });

  it('builds the base table exactly, and again changes nothing', async () => {
    const { url, query } = await database();
    await migrate(url, await folder(1));
    const columns = () =>
      query(`SELECT column_name, data_type, is_nullable, column_default FROM information_schema.columns
        WHERE table_name = 'datasets' ORDER BY ordinal_position`);
    const base = await columns();
    expect(base).toEqual([
      {
        column_name: 'id',
        data_type: 'integer',
        is_nullable: 'NO',
        column_default: "nextval('datasets_id_seq'::regclass)",
      },
      { column_name: 'name', data_type: 'character varying', is_nullable: 'NO', column_default: null },
      { column_name: 'description', data_type: 'text', is_nullable: 'YES', column_default: null },
      { column_name: 'source_url', data_type: 'character varying', is_nullable: 'YES', column_default: null },
      {
        column_name: 'created_at',
        data_type: 'timestamp with time zone',
        is_nullable: 'YES',
        column_default: 'now()',
      },
    ]);
    await migrate(url, 'migrations');
    const whole = await describeSchema(query);
    await migrate(url, 'migrations');
    expect(await describeSchema(query)).toEqual(whole);
    expect((await columns()).map(({ column_name }) => column_name).slice(0, 5)).toEqual(
      base.map(({ column_name }) => column_name),
    );
  });

  it('waits for a run that is under way instead of failing', async () => {
    const { url, query } = await database();
    await Promise.all([migrate(url, 'migrations'), migrate(url, 'migrations'), migrate(url, 'migrations')]);
    const applied = await query('SELECT filename FROM graphile_migrate.migrations ORDER BY filename');
    expect(applied).toHaveLength(committed.length);
  });

  let ofNew: ReturnType<typeof describeSchema> | undefined;
  function schemaOfNew() {
    ofNew ??= database().then(async ({ url, query }) => {
      await migrate(url, 'migrations');
      return describeSchema(query);
    });
    return ofNew;
  }

  it.each(committed.slice(0, -1).map((file, index) => [file, index + 1] as const))(
    'upgrades a database that stopped at %s, with its data, to what a fresh one is',
    async (_file, length) => {
      const { url, query } = await database();
      await migrate(url, await folder(length));
      await query(`INSERT INTO datasets (name, description, source_url, created_at) VALUES
        ('a', 'd', 'https://example.org/', '2026-01-01T00:00:00.123456Z'), ('b', NULL, NULL, now())`);
      if (length === 1) await query(`INSERT INTO datasets (name, created_at) VALUES ('c', NULL)`);
      const before = await query(
        'SELECT id, name, description, source_url, created_at::text FROM datasets WHERE created_at IS NOT NULL ORDER BY id',
      );
      await migrate(url, 'migrations');
      const after = await query(
        'SELECT id, name, description, source_url, created_at::text FROM datasets ORDER BY id',
      );
      expect(after.slice(0, 2)).toEqual(before);
      for (const { created_at } of after) expect(created_at).not.toBeNull();
      expect(await describeSchema(query)).toEqual(await schemaOfNew());
    },
  );

  it('fails, and leaves everything as it was, when one is broken', async () => {
    const { url, query } = await database();
    const broken = await folder(committed.length);
    await migrate(url, broken);
    const previous = /^--! Hash: (.*)$/m.exec(
      await readFile(join('migrations/committed', committed.at(-1) ?? ''), 'utf8'),
    )?.[1];
    const body = 'ALTER TABLE datasets ADD COLUMN half integer;\nSELECT 1 / 0;\n';
    const number = String(committed.length + 1).padStart(6, '0');
    await writeFile(
      join(broken, 'committed', `${number}.sql`),
      `--! Previous: ${previous}\n--! Hash: sha1:0\n--! AllowInvalidHash\n\n${body}`,
    );
    await expect(migrate(url, broken)).rejects.toThrow(/division by zero/);
    expect(await query(`SELECT FROM information_schema.columns WHERE column_name = 'half'`)).toHaveLength(0);
  });
});

/** Everything that tells two schemas apart, whatever the order in which it was made. */
async function describeSchema(query: (text: string) => Promise<Record<string, unknown>[]>) {
  return {
    columns:
      await query(`SELECT table_name, column_name, data_type, collation_name, is_nullable, column_default, generation_expression
      FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2`),
    indexes: await query(`SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`),
    constraints:
      await query(`SELECT conrelid::regclass::text AS "table", pg_get_constraintdef(oid) AS definition
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2`),
  };
}
