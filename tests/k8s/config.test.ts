import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { hasCluster } from './setup/cluster.ts';
import { usePlatform } from './setup/platform.ts';
import { run } from './setup/run.ts';

describe.skipIf(!hasCluster)('files of knative/', () => {
  const platform = usePlatform();

  it('kn applies service.yaml to a cluster', async () => {
    const { image } = parse(readFileSync('helm/charts/kaggle-data-api/values-local.yaml', 'utf8'));
    expect(readFileSync('knative/service.yaml', 'utf8')).toContain(`${image.repository}:`);
    await platform.helm('uninstall', 'kaggle-data-api', '--wait');
    const applied = await platform.attempt(
      'kn',
      'service',
      'apply',
      '--filename',
      'knative/service.yaml',
      '--image',
      platform.image,
    );
    expect(applied.stderr).not.toContain('rror');
    expect((await platform.api('/datasets')).status).toBe(200);
  });

  it.for(['config-network', 'config-domain', 'config-features', 'kourier-ingress'])(
    'the API server and Knative’s webhook accept %s.yaml, as often as it is applied',
    async (name) => {
      const apply = () =>
        run('kubectl', [
          'apply',
          '--server-side',
          '--force-conflicts',
          '--field-manager=kaggle-data-test',
          '--dry-run=server',
          '--filename',
          `knative/config/${name}.yaml`,
        ]);
      expect(await apply()).toMatch(/serverside-applied/);
      expect(await apply()).toMatch(/serverside-applied/);
    },
  );
});
