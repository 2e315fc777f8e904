import { afterAll, beforeAll } from 'vitest';
import { freePort } from '#scripts/free-port.ts';
import { build, docker } from './engine.ts';

export const TIMEOUT = 600_000;
/** Projects that this process has started. */
let started = 0;

/** What docker-compose.yml starts, as a project of its own next to a stand-in for Kaggle. */
export function useCompose() {
  started += 1;
  const project = `kaggle-test-${process.pid}-${started}`;
  const fake = `${project}-fake-kaggle`;
  const env: Record<string, string> = { COMPOSE_PROJECT_NAME: project };
  const compose = (...args: string[]) => docker(['compose', ...args], { env });
  const stack = { url: '', env, compose };

  beforeAll(async () => {
    const port = await freePort();
    stack.url = `http://127.0.0.1:${port}`;
    Object.assign(env, {
      IMAGE: await build('product'),
      PORT: String(port),
      KAGGLE_BASE_URL: `http://${fake}:7777/api/v1`,
      KAGGLE_DOWNLOAD_HOSTS: fake,
    });
    await compose('up', '--detach', '--no-build', '--wait');
    const image = await build('fake-kaggle');
    await docker(['run', '--detach', '--name', fake, '--network', `${project}_default`, image]);
  }, TIMEOUT);

  afterAll(async () => {
    await docker(['rm', '--force', fake]).catch(() => {});
    await compose('--profile', 'job', 'down', '--volumes', '--remove-orphans');
  }, TIMEOUT);

  return stack;
}
