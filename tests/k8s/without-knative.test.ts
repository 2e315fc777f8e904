import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alteredCluster, withoutKnative } from './setup/altered-cluster.ts';
import { hasCluster, product } from './setup/cluster.ts';
import { expectRefusal } from './setup/refusal.ts';
import { make, outcomeOf, run } from './setup/run.ts';

describe.skipIf(!hasCluster)('a cluster without Knative', () => {
  const namespace = `kaggle-test-bare-${process.pid}`;
  const env = { CLUSTER: 'existing', NAMESPACE: namespace, IMAGE: product, KUBECONFIG: '' };
  let close = () => {};

  beforeAll(async () => {
    const cluster = await alteredCluster(withoutKnative);
    env.KUBECONFIG = cluster.kubeconfig;
    close = cluster.close;
  });
  afterAll(() => close());

  const kubectl = (...args: string[]) => outcomeOf('kubectl', args, { env });

  it('is one that answers, and knows no Knative Service', async () => {
    const { stdout } = await kubectl('get', 'nodes', '--output', 'name');
    expect(stdout.trim()).toBe(await run('kubectl', ['get', 'nodes', '--output', 'name']));
    expect((await kubectl('get', 'ksvc')).stderr).toContain(
      'the server doesn\'t have a resource type "ksvc"',
    );
  });

  it.for(['deploy', 'namespace', 'init-postgres', 'app', 'test'])('make %s', async (target) => {
    expectRefusal(
      await make(target, env),
      /^this cluster has no Knative Serving$/,
      /^make -C knative deploy CLUSTER=existing INSTALL_KNATIVE=yes$/,
    );
  });

  it('kn service deploy', async () => {
    const path = `${process.cwd()}/knative/bin:${process.env.PATH}`;
    expectRefusal(
      await outcomeOf('kn', ['service', 'deploy'], { env: { ...env, PATH: path } }),
      /^this cluster has no Knative Serving$/,
      /INSTALL_KNATIVE=yes$/,
    );
  });

  it('is left as it was', async () => {
    const found = await run('kubectl', ['get', 'namespace', namespace, '--ignore-not-found']);
    expect(found).toBe('');
  });
});
