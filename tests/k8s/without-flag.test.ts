import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alteredCluster, withoutVolumeFlag } from './setup/altered-cluster.ts';
import { hasCluster, product } from './setup/cluster.ts';
import { expectRefusal } from './setup/refusal.ts';
import { make, outcomeOf, run } from './setup/run.ts';

const FLAG = 'kubernetes.podspec-persistent-volume-claim';

describe.skipIf(!hasCluster)('a cluster whose Knative mounts no claims', () => {
  const namespace = `kaggle-test-flag-${process.pid}`;
  const env = { CLUSTER: 'existing', NAMESPACE: namespace, IMAGE: product, KUBECONFIG: '' };
  const cause = new RegExp(`^Knative's flag ${FLAG} is not enabled, so the API cannot mount its files$`);
  const next =
    /^kubectl apply --server-side --force-conflicts --field-manager=kaggle-data -f \S+\/config-features\.yaml$/;
  let close = () => {};

  beforeAll(async () => {
    const cluster = await alteredCluster(withoutVolumeFlag);
    env.KUBECONFIG = cluster.kubeconfig;
    close = cluster.close;
  });
  afterAll(() => close());

  it('is one with Knative, of which nothing but the flag is missing', async () => {
    const features = ['-n', 'knative-serving', 'get', 'configmap', 'config-features', '-o', 'json'];
    const real = JSON.parse(await run('kubectl', features)).data;
    expect(real).toHaveProperty([FLAG], 'enabled');
    const { stdout } = await outcomeOf('kubectl', features, { env });
    delete real[FLAG];
    expect(JSON.parse(stdout).data).toEqual(real);
    expect((await outcomeOf('kubectl', ['get', 'ksvc'], { env })).code).toBe(0);
  });

  it.for(['deploy', 'namespace', 'init-postgres', 'app', 'test'])('make %s', async (target) => {
    expectRefusal(await make(target, env), cause, next);
  });

  it('kn service deploy', async () => {
    const path = `${process.cwd()}/knative/bin:${process.env.PATH}`;
    expectRefusal(await outcomeOf('kn', ['service', 'deploy'], { env: { ...env, PATH: path } }), cause, next);
  });

  it('is left as it was', async () => {
    expect(await run('kubectl', ['get', 'namespace', namespace, '--ignore-not-found'])).toBe('');
  });
});
