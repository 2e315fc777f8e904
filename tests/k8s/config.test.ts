import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { parse, stringify } from 'yaml';
import { useCharts } from '#tests/charts/helm.ts';
import { hasCluster } from './setup/cluster.ts';
import { usePlatform } from './setup/platform.ts';
import { outcomeOf, run } from './setup/run.ts';

const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;
if (!hasShellcheck) process.stdout.write('The shell scripts are not checked: shellcheck is not installed.\n');

const HEADER = `# The API as a plain Knative Service: kn service apply -f knative/service.yaml
# It expects the Secret postgres-api and the claim kaggle-data-pvc in its namespace (make -C knative init-postgres init-data)
# and a migrated database; an image of its own is given with --image.
# Made of helm/charts/kaggle-data-api: npm run test:k8s -- tests/k8s/config.test.ts --update
`;

describe.skipIf(!hasCluster)('files of knative/', () => {
  const platform = usePlatform();
  const { render } = useCharts();

  it('service.yaml is what the chart makes', async () => {
    const values = {
      serviceAccount: { create: false },
      migrations: { enabled: false },
      networkPolicy: { enabled: false },
    };
    const objects = render('kaggle-data-api', 'local', values, '--namespace', 'kaggle-data');
    const service = objects.find(({ kind }) => kind === 'Service');
    const byHelm = ['helm.sh/chart', 'app.kubernetes.io/managed-by'];
    for (const label of byHelm) delete service?.metadata.labels?.[label];
    await expect(HEADER + stringify(service, { version: '1.1' })).toMatchFileSnapshot(
      '../../knative/service.yaml',
    );
  });

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

  it.skipIf(!hasShellcheck)('every shell script is clean for shellcheck', async () => {
    const files = (await run('git', ['ls-files', 'knative/lib/*.sh', 'knative/steps', 'knative/bin'])).split(
      '\n',
    );
    const { code, stdout } = await outcomeOf('shellcheck', ['-x', '-P', 'SCRIPTDIR', ...files]);
    expect(stdout).toBe('');
    expect(code).toBe(0);
  });

  it('make help names every target', async () => {
    const help = await run('make', ['-s', '-C', 'knative']);
    const wanted =
      'setup deploy init-postgres init-redis init-monitoring init-data app status logs test clean help pin';
    for (const target of wanted.split(' ')) expect(help).toMatch(new RegExp(`^  ${target} +\\S`, 'm'));
  });
});
