import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '#scripts/free-port.ts';
import { hasDatabase } from '#tests/setup/api.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe.skipIf(!hasDatabase || process.env.TEST_DATABASE_URL)('npm start', { timeout: 120_000 }, () => {
  it('brings the API up with data in it, and keeps the data over Ctrl-C', async () => {
    const dir = await scratch();
    const first = await start({ dir });
    expect(first.output()).toContain(`curl ${first.url}/datasets`);
    expect((await datasets(first.url)).length).toBeGreaterThanOrEqual(3);
    await create(first.url, 'kept');
    expect(await first.stop('SIGINT')).toBe(0);

    const second = await start({ dir });
    expect(await datasets(second.url)).toContain('kept');
    expect(await second.stop('SIGTERM')).toBe(0);
  });

  it.runIf(isRoot)('works for an ordinary user', async () => {
    const dir = await scratch();
    await chown(dir, NOBODY, NOBODY);
    const { url } = await start({ dir, uid: NOBODY });
    expect((await datasets(url)).length).toBeGreaterThanOrEqual(3);
  });

  it.runIf(isRoot)(
    'works for root in a folder that nobody else may enter, and says where the data is',
    async () => {
      const home = await scratch();
      await chmod(home, 0o700);
      const project = join(home, 'project');
      await mkdir(project);
      const parts = [
        'functions',
        'shared',
        'web',
        'scripts',
        'migrations',
        'samples',
        'fake-kaggle',
        'tests',
        'package.json',
        'node_modules',
      ];
      execFileSync('cp', ['--archive', '--link', ...parts.map((part) => join(PROJECT, part)), project]);
      const { url, output } = await start({ project });
      const place = /data in (\/var\/lib\/kaggle-data-api\/[0-9a-f]{12})\n/.exec(output())?.[1];
      expect(place).toBeDefined();
      cleanups.unshift(() => rm(String(place), { recursive: true, force: true }));
      expect(output()).toContain(`may not pass ${home}`);
      expect((await datasets(url)).length).toBeGreaterThanOrEqual(3);
      const refused = run({ dir: join(home, 'data'), project, port: await freePort() });
      expect(await refused.exited).not.toBe(0);
      expect(refused.output()).toContain('Choose a place every user can get to.');
    },
  );
});

interface Launch {
  dir?: string;
  project?: string;
  port?: number;
  uid?: number;
}

function run({ dir, project = PROJECT, port = 0, uid }: Launch) {
  const { DATABASE_URL: _, ...env } = process.env;
  const child: ChildProcess = spawn(process.execPath, ['scripts/start.ts'], {
    cwd: project,
    env: { ...env, PORT: String(port), ...(dir !== undefined && { DATA_DIR: dir }) },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid !== undefined && { uid, gid: uid }),
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  cleanups.push(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await exited;
  });
  return { child, exited, output: () => text };
}

async function start(launch: Launch) {
  const port = await freePort();
  const { child, exited, output } = run({ ...launch, port });
  while (!output().includes('Ctrl-C stops')) {
    if (child.exitCode !== null) throw new Error(`npm start ended: ${output()}`);
    await sleep(25);
  }
  const stop = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exited;
  };
  return { url: `http://127.0.0.1:${port}`, output, stop };
}

async function scratch(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'kaggle-start-'));
  await chmod(dir, 0o755);
  cleanups.push(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

async function datasets(url: string): Promise<string[]> {
  const { datasets } = (await (await fetch(`${url}/datasets`)).json()) as { datasets: { name: string }[] };
  return datasets.map(({ name }) => name);
}

async function create(url: string, name: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch(`${url}/datasets`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ name }),
  });
  expect(status).toBe(201);
}
