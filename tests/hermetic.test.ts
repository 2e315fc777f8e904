import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { isSetting } from './setup/settings.ts';

const project = resolve(import.meta.dirname, '..');
const inner = process.env.HERMETIC_RUN !== undefined;
const hasSomethingRare = false;
const foreign = {
  PORT: '1',
  HOST: 'nowhere.invalid',
  DATA_DIR: '/nonexistent/data',
  DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:1/none',
  RATE_LIMIT: '1',
  METRICS_PORT: '1',
  AUTH: 'on',
  LOG_LEVEL: 'shout',
  API_ROLE: 'x y',
  KAGGLE_KEY: 'k',
  KAGGLEHUB_CACHE: '/nonexistent/cache',
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:1',
  OTEL_SDK_DISABLED: 'maybe',
  PGOPTIONS: '-c default_transaction_read_only=on',
};

if (inner) {
  it('sees no setting', () => expect(Object.keys(process.env).filter(isSetting)).toEqual([]));
  it.skipIf(!hasSomethingRare)('needs something rare', () => {});
  describe('what cannot be set up', () => {
    beforeAll(() => {
      throw new Error('no');
    });
    it('is not begun', () => {});
  });
} else
  it('the shell that runs the tests has no influence, and is told why what was skipped', {
    timeout: 120_000,
  }, () => {
    expect(Object.keys(foreign).filter(isSetting)).toEqual(Object.keys(foreign));
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST'));
    const { stdout } = spawnSync(
      process.execPath,
      [join(project, 'node_modules/vitest/vitest.mjs'), 'run', 'tests/hermetic.test.ts'],
      {
        cwd: project,
        encoding: 'utf8',
        env: {
          ...Object.fromEntries(own),
          ...foreign,
          HERMETIC_RUN: 'yes',
          TEST_DATABASE_URL: inject('rootUrl') ?? '',
        },
      },
    );
    expect(stdout).toMatch(
      /\n1 skipped: the set-up of their file or suite failed\n1 skipped: hasSomethingRare\n1 passed, 1 failed, 2 skipped\n$/,
    );
  });
