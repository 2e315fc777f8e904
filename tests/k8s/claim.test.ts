import { describe, expect, it } from 'vitest';
import { hasCluster } from './setup/cluster.ts';
import { usePlatform } from './setup/platform.ts';
import { expectRefusal } from './setup/refusal.ts';
import { run } from './setup/run.ts';

const unbound = { CLUSTER: 'existing', STORAGE_CLASS: 'no-such-class' };

describe.skipIf(!hasCluster)('a claim that no volume is bound to', () => {
  const platform = usePlatform({ install: false });
  const next = /^kubectl -n \S+ describe pvc kaggle-data-pvc; for another class: kubectl /;
  let advice = '';

  it('make init-data does not wait for one that is bound by its first pod', async () => {
    const metadata = { name: `${platform.name}-late` };
    const storageClass = {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata,
      provisioner: 'kubernetes.io/no-provisioner',
      volumeBindingMode: 'WaitForFirstConsumer',
    };
    await platform.apply(storageClass);
    try {
      const env = { ...unbound, STORAGE_CLASS: metadata.name, DEADLINE: '10' };
      const { code, stderr } = await platform.make('init-data', env);
      expect(stderr).not.toContain('error:');
      expect(code).toBe(0);
      expect((await platform.get('pvc', 'kaggle-data-pvc')).status.phase).toBe('Pending');
    } finally {
      await platform.kubectl('delete', 'storageclass', metadata.name);
    }
    await platform.kubectl('delete', 'pvc', 'kaggle-data-pvc');
  });

  it('make init-data names it', async () => {
    const refused = await platform.make('init-data', { ...unbound, DEADLINE: '10' });
    expectRefusal(refused, /^a claim of kaggle-data-pvc is not bound to a volume: kaggle-data-pvc$/, next);
  });

  it('make app stops there, before the API', async () => {
    for (const step of ['init-postgres', 'init-redis']) expect((await platform.make(step)).code).toBe(0);
    const refused = await platform.make('app', { ...unbound, DEADLINE: '25' });
    expectRefusal(refused, /^a claim of kaggle-data-pvc is not bound to a volume: kaggle-data-pvc$/, next);
    expect(refused.stderr).not.toContain('==> installing kaggle-data-api');
  });

  it('an API that was installed nevertheless waits for it, and says so', async () => {
    const refused = await platform.deploy(['--wait-timeout', '20'], { env: unbound });
    expectRefusal(refused, /^a claim of kaggle-data-api is not bound to a volume: kaggle-data-pvc$/, next);
    [, advice = ''] = /for another class: (.*)\n/.exec(refused.stderr) ?? [];
  });

  it('is mended by the command that was printed, with a class that there is', async () => {
    const command = advice.replace('STORAGE_CLASS=name', 'STORAGE_CLASS=');
    expect(command).toMatch(/^kubectl .* && make .*STORAGE_CLASS= init-data$/);
    await run('bash', ['-c', command], { env: { NAMESPACE: platform.name } });
    expect((await platform.get('pvc', 'kaggle-data-pvc')).status.phase).toBe('Bound');
  });
});
