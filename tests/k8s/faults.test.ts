import { describe, expect, it } from 'vitest';
import { hasCluster, product } from './setup/cluster.ts';
import { usePlatform } from './setup/platform.ts';
import { expectRefusal } from './setup/refusal.ts';
import { make, run } from './setup/run.ts';

const withoutCluster = { KUBECONFIG: '/nonexistent/kubeconfig', CLUSTER: 'existing' };

describe.skipIf(!hasCluster)('make, when something is wrong', () => {
  const { make: makeHere, ...platform } = usePlatform({ install: false });
  const { kubectl, apply } = platform;

  it.for([
    'deploy',
    'namespace',
    'init-postgres',
    'init-redis',
    'init-data',
    'init-monitoring',
    'image',
    'app',
    'status',
    'logs',
    'test',
    'clean',
    'env',
  ])('a wrong KUBECONFIG: %s', async (target) => {
    expectRefusal(await make(target, withoutCluster), /^KUBECONFIG=\/nonexistent/, /kubectl get nodes/);
  });

  it('a wrong KUBECONFIG: kn service deploy', async () => {
    const refused = await platform.deploy([], { env: withoutCluster });
    expectRefusal(refused, /^KUBECONFIG=\/nonexistent/, /kubectl get nodes/);
  });

  it('a cluster that is neither kind nor existing', async () => {
    expectRefusal(await make('namespace', { CLUSTER: 'other' }), /CLUSTER=other/, /make -C knative help/);
  });

  it('an image that is neither on the node nor to be had', async () => {
    const refused = await makeHere('init-postgres', { POSTGRES_IMAGE: 'registry.invalid/postgres:0' });
    expectRefusal(refused, /registry.invalid\/postgres:0 is not here and cannot be pulled/, /^docker pull/);
  });

  it('no way to bring an image to the cluster', async () => {
    const image = `kaggle-test/not-loaded:${process.pid}`;
    await run('docker', ['tag', product, image]);
    const nothing = { CLUSTER: 'existing', IMAGE_LOADER: '', REGISTRY: '', POSTGRES_IMAGE: image };
    const refused = await makeHere('init-postgres', nothing);
    await run('docker', ['rmi', image, `dev.local/not-loaded:${process.pid}`]);
    expectRefusal(refused, /no way to bring the image/, /REGISTRY=/);
  });

  it('a quota that is used up; it goes on once there is room', async () => {
    await apply({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'none' },
      spec: { hard: { pods: '0' } },
    });
    expectRefusal(
      await makeHere('init-postgres', { DEADLINE: '15' }),
      /ResourceQuota/,
      /describe resourcequota/,
    );
    await kubectl('delete', 'resourcequota', 'none');
    expect((await makeHere('init-postgres')).code).toBe(0);
  });

  it('values that the schema does not know are refused before anything is changed', async () => {
    const wrong = platform.values('wrong.json', { knative: { minScale: 'two' }, replicaz: 3 });
    const refused = await makeHere('app', { API_VALUES: wrong });
    expect(refused.stderr).toContain('replicaz');
    expectRefusal(
      refused,
      /values of kaggle-data-api are refused/,
      /helm\/charts\/kaggle-data-api\/README.md/,
    );
  });
});
