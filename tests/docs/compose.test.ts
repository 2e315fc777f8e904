import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '#scripts/free-port.ts';
import { build, docker, hasDocker } from '#tests/docker/engine.ts';
import { isWhole } from '#tests/setup/sample.ts';
import { documentAt, documentsIn, PROJECT } from './blocks.ts';
import { openShell } from './shell.ts';
import { register, sourcesAt } from './stories.ts';

const TIMEOUT = 600_000;
const MIRRORED = 'https://www.kaggle.com/datasets/samples/seattle-weather';
const SOURCE = join(PROJECT, 'samples/samples/seattle-weather/2/seattle-weather.csv');
const LOST = 'https://example.org/lost';
/** A damaged file, and work that a run with a fence beyond the backup's left behind. */
const SPOIL = `
  const { mkdirSync, writeFileSync } = require('node:fs');
  writeFileSync('/data/datasets/samples/seattle-weather/versions/2/seattle-weather.csv', 'damaged');
  mkdirSync('/data/.mirror/work/samples/seattle-weather/2.1000', { recursive: true });`;
const pages = new Map(documentsIn('docs/runbooks').map(({ path, blocks }) => [path, blocks]));
/** In the order of one installation's life. */
const story = ['deploy', 'rollback', 'troubleshooting', 'mirror-stuck', 'rotate-secrets', 'restore'].flatMap(
  (name) =>
    (pages.get(`docs/runbooks/${name}.md`) ?? [])
      .filter(({ runs }) => runs.includes('compose'))
      .map((block, index) => ({ ...block, name, index })),
);

/** The last ends it. */
const shopWindow = documentAt('README.md').blocks.filter(({ runs }) => runs.includes('compose'));

it('has a place for each block that names compose', () => {
  const all = [...pages.values()].flat().filter(({ runs }) => runs.includes('compose'));
  expect(story.length).toBe(all.length);
});

describe.skipIf(!hasDocker || !isWhole)('the runbooks, with docker compose', () => {
  const project = `kaggle-docs-${process.pid}`;
  const kaggle = `${project}-kaggle`;
  const env: Record<string, string> = { COMPOSE_PROJECT_NAME: project, IMAGE: `kaggle-data-api:${project}` };
  const shell = openShell(env);
  let url = '';

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    Object.assign(env, {
      PORT: String(port),
      PREVIOUS_IMAGE: env.IMAGE,
      BACKUP: join(shell.folder, 'kaggle-data.dump'),
      KAGGLE_BASE_URL: `http://${kaggle}:7777/api/v1`,
      KAGGLE_DOWNLOAD_HOSTS: kaggle,
    });
  });
  afterAll(async () => {
    await docker(['rm', '--force', kaggle]).catch(() => {});
    await docker(['compose', '--profile', 'job', 'down', '--volumes', '--remove-orphans'], { env });
    await docker(['image', 'rm', String(env.IMAGE)]).catch(() => {});
    shell.close();
  }, TIMEOUT);

  const mirrored = async (id: number) => {
    const response = await fetch(`${url}/datasets/${id}/versions/2/files/seattle-weather.csv`);
    const bytes = Buffer.from(await response.arrayBuffer());
    return bytes.equals(await readFile(SOURCE));
  };
  const job = (...args: string[]) =>
    docker(['compose', 'run', '--rm', '--no-TTY', 'fetch-kaggle', ...args], { env });
  let id = 0;
  /** A mirrored dataset in the backup; after it one that is to be lost. */
  const before: Record<string, () => Promise<void>> = {
    async 'rotate-secrets 0'() {
      Object.assign(env, { API_ROLE_PASSWORD: 'rotated-api', JOB_ROLE_PASSWORD: 'rotated-job' });
    },
    async 'restore 0'() {
      const network = `${project}_default`;
      await docker(['run', '--detach', '--name', kaggle, '--network', network, await build('fake-kaggle')]);
      id = await register(url, MIRRORED);
      await expect.poll(() => mirrored(id), { timeout: 120_000 }).toBe(true);
    },
    async 'restore 1'() {
      await register(url, LOST);
      await job('-e', SPOIL);
    },
  };

  it.for(story)('$name, line $line', { timeout: TIMEOUT }, async (block) => {
    await before[`${block.name} ${block.index}`]?.();
    await shell.run(block);
  });

  it('leaves what was in the backup, files included, and a mirror that goes on', async () => {
    const there = await sourcesAt(url);
    expect(there).toContain(MIRRORED);
    expect(there).not.toContain(LOST);
    // Whoever is first fetches what is damaged: the run that found it, or the worker, which may still be at it.
    await expect.poll(() => mirrored(id), { timeout: 30_000 }).toBe(true);
    const sync = await fetch(`${url}/datasets/${id}/syncs`, { method: 'POST' });
    const path = sync.headers.get('location');
    const state = async () => ((await (await fetch(url + path)).json()) as { state: string }).state;
    await expect.poll(state, { timeout: 30_000 }).toBe('succeeded');
  });

  it.for(shopWindow)('README.md, line $line', { timeout: TIMEOUT }, async (block) => {
    await shell.run(block);
    const running = await docker(['compose', 'ps', '--quiet'], { env });
    expect(running.trim() === '').toBe(/compose down/.test(block.code));
  });
});
