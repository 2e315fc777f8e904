import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasCluster, label, product } from './setup/cluster.ts';
import { eventually } from './setup/eventually.ts';
import { usePlatform } from './setup/platform.ts';
import { type Options, type Outcome, run } from './setup/run.ts';
import { useTree } from './setup/tree.ts';

/** What is killed, at which line of its progress, and which release Helm is then at work on. */
const moments: [step: string, line: string, release?: string][] = [
  ['init-postgres', 'installing postgres', 'postgres'],
  ['init-redis', 'installing valkey'],
  ['init-data', 'installing kaggle-data-pvc'],
  ['image', 'building the image'],
  ['image', 'loading '],
  ['app', 'installing kaggle-data-api', 'kaggle-data-api'],
  ['app', 'installing fetch-kaggle'],
];

describe.skipIf(!hasCluster)('killed in the middle and run again', () => {
  const platform = usePlatform({ install: false });
  // An image of its own, so that there is something to build and to load.
  const tree = useTree();
  const scratch = mkdtempSync(join(tmpdir(), 'k8s-interrupted-'));
  const env = { IMAGE: '', TMPDIR: scratch };

  const step = (name: string, more: Record<string, string> = {}, options: Options = {}) =>
    platform.make(name, { ...env, ...more }, { cwd: tree.path, ...options });
  const deploy = (args: string[], options: Options = {}) =>
    platform.deploy(args, { cwd: tree.path, env, ...options });

  /** Kills it at a line of its progress, once Helm is at work on the release if there is one. */
  async function interrupt(start: (options: Options) => Promise<Outcome>, printed: RegExp, release?: string) {
    const atWork = `owner=helm,name=${release},status in (pending-install,pending-upgrade,pending-rollback,uninstalling)`;
    const act = async (kill: () => void) => {
      if (release)
        await eventually(`Helm at work on ${release}`, async () =>
          platform.kubectl('get', 'secrets', '--selector', atWork, '--output', 'name'),
        );
      kill();
    };
    const { signal, stderr } = await start({ when: { printed, act } });
    expect(signal, stderr).toBe('SIGKILL');
  }

  const succeed = async (outcome: Promise<Outcome>) => {
    const { code, stderr } = await outcome;
    expect(stderr).not.toContain('error:');
    expect(code).toBe(0);
  };

  const logLevel = async () => {
    const { spec } = await platform.get('ksvc', 'kaggle-data-api');
    const variables: { name: string; value: string }[] = spec.template.spec.containers[0].env;
    return variables.find(({ name }) => name === 'LOG_LEVEL')?.value;
  };

  beforeAll(() => {
    if (hasCluster)
      writeFileSync(join(tree.path, 'Dockerfile'), `FROM ${product} AS product\nLABEL ${label}\n`);
  });
  afterAll(async () => {
    rmSync(scratch, { recursive: true, force: true });
    if (!hasCluster) return;
    const built = await run('docker', ['images', '--quiet', '--filter', `label=${label}`]);
    if (built) await run('docker', ['rmi', '--force', ...new Set(built.split('\n'))]);
  });

  it.for(moments)('make %s at "%s"', async ([name, line, release]) => {
    await interrupt((options) => step(name, {}, options), new RegExp(`==> ${line}`), release);
  });

  it('make app completes what all of them began', async () => {
    await succeed(step('app'));
    expect((await platform.api('/ready')).json()).toMatchObject({ status: 'ready' });
    expect((await platform.get('cronjob', 'fetch-kaggle')).spec.suspend).toBe(false);
  });

  it('kn service deploy', async () => {
    const values = platform.values('debug.json', { env: { LOG_LEVEL: 'debug' } });
    const debug = (options: Options = {}) => deploy(['--values', values], options);
    await interrupt(debug, /==> installing/, 'kaggle-data-api');
    await succeed(debug());
    expect(await logLevel()).toBe('debug');
  });

  it('kn service deploy --rollback still knows where to', async () => {
    const back = (options: Options = {}) => deploy(['--rollback'], options);
    await interrupt(back, /==> returning to/, 'kaggle-data-api');
    await succeed(back());
    expect(await logLevel()).toBe('info');
  });

  it('make clean, after which make app installs again', async () => {
    const hold = (finalizers: string) =>
      platform.kubectl(
        'patch',
        'ksvc/kaggle-data-api',
        '--type=merge',
        `--patch={"metadata":{"finalizers":${finalizers}}}`,
      );
    // So that Helm is still waiting for it when it is killed.
    await hold('["tests.kaggle-data/hold"]');
    try {
      const uninstalled = /release "fetch-kaggle" uninstalled/;
      await interrupt((options) => step('clean', {}, options), uninstalled, 'kaggle-data-api');
    } finally {
      await hold('null');
    }
    await succeed(step('app'));
    expect((await platform.api('/datasets')).status).toBe(200);
  });

  it('make clean with DATA=delete', async () => {
    const clean = (options: Options = {}) => step('clean', { DATA: 'delete' }, options);
    await interrupt(clean, /==> deleting the namespace/);
    await succeed(clean());
    expect(await run('kubectl', ['get', 'namespace', platform.name, '--ignore-not-found'])).toBe('');
  });
});
