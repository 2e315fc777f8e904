import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RENAMED_SETTINGS } from '#shared/config/renamed-settings.ts';

const PROJECT = join(import.meta.dirname, '../../..');
const REQUIRED = { DATABASE_URL: 'postgres://a@b/c', KAGGLE_DATA_ROOT: '/data' };

/** What a process of its own reads of an environment, twice, and what it prints on standard error. */
function load(schema: 'JobConfig' | 'ServerConfig', env: Record<string, string>) {
  const file = schema === 'JobConfig' ? 'job-config' : 'server-config';
  const script = `
    import { loadConfig } from '#shared/config/load-config.ts';
    import { ${schema} } from '#shared/config/${file}.ts';
    loadConfig(${schema}, process.env);
    console.log(JSON.stringify(loadConfig(${schema}, process.env)));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: PROJECT,
    env: { ...REQUIRED, ...env },
    encoding: 'utf8',
  });
  return { config: stdout === '' ? null : JSON.parse(stdout), stderr };
}

it('takes a renamed setting by its old name, and warns once', () => {
  const { config, stderr } = load('JobConfig', { KAGGLE_CONCURRENCY: '7' });
  expect(config).toMatchObject({ MIRROR_CONCURRENCY: 7 });
  expect(stderr).toBe(
    'KAGGLE_CONCURRENCY is now named MIRROR_CONCURRENCY. The old name stops working in the next release.\n',
  );
});

it('prefers the new name, and takes an empty one for absent', () => {
  const old = { KAGGLE_CONCURRENCY: '7' };
  expect(load('JobConfig', { ...old, MIRROR_CONCURRENCY: '3' }).config).toMatchObject({
    MIRROR_CONCURRENCY: 3,
  });
  expect(load('JobConfig', { ...old, MIRROR_CONCURRENCY: '' }).config).toMatchObject({
    MIRROR_CONCURRENCY: 7,
  });
});

it('names the new setting when the value under the old name is invalid', () => {
  const { config, stderr } = load('JobConfig', { KAGGLE_CONCURRENCY: 'many' });
  expect(config).toBeNull();
  expect(stderr).toContain('MIRROR_CONCURRENCY: must be an integer from 1 to 32');
});

it('knows an old name for each setting of the job that has one, and warns of none of the others', () => {
  const { stderr } = load(
    'JobConfig',
    Object.fromEntries(Object.keys(RENAMED_SETTINGS).map((old) => [old, 'x'])),
  );
  for (const [old, name] of Object.entries(RENAMED_SETTINGS))
    expect(stderr).toContain(`${old} is now named ${name}.`);
  expect(load('ServerConfig', { KAGGLE_CONCURRENCY: '7' }).stderr).toBe('');
});
