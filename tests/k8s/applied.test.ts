import { describe, expect, it } from 'vitest';
import { useCharts } from '#tests/charts/helm.ts';
import { hasCluster, product } from './setup/cluster.ts';
import { usePlatform } from './setup/platform.ts';
import { run } from './setup/run.ts';

/** What tools that render charts and apply the result do, such as Argo CD: no release of Helm, no hook. */
describe.skipIf(!hasCluster)('the API, rendered and applied', () => {
  const platform = usePlatform({ install: false });
  const chart = `${useCharts().folder}/kaggle-data-api`;
  const [repository, tag] = [
    product.slice(0, product.lastIndexOf(':')),
    product.slice(product.lastIndexOf(':') + 1),
  ];

  const rendered = (...settings: string[]) =>
    run('helm', [
      'template',
      'kaggle-data-api',
      chart,
      `--namespace=${platform.name}`,
      `--values=${chart}/values-local.yaml`,
      `--set-string=image.repository=${repository},image.tag=${tag}`,
      '--no-hooks',
      ...['workloads.migrate.mode=init', 'workloads.api.kind=deployment', ...settings].map(
        (set) => `--set=${set}`,
      ),
    ]);
  const apply = async (...settings: string[]) => {
    const input = await rendered(...settings);
    const applied = await run(
      'kubectl',
      ['--namespace', platform.name, 'apply', '--server-side', '--filename', '-'],
      { input },
    );
    await platform.kubectl('rollout', 'status', 'deployment/kaggle-data-api', '--timeout=120s');
    return applied;
  };

  it('migrates in an init container, and then serves', async () => {
    for (const step of ['init-postgres', 'init-data'])
      expect((await platform.make(step)).stderr).not.toContain('error:');
    expect(await apply('replicas=2')).not.toContain('job.batch');
    const answers = await platform.kubectl(
      'exec',
      'deployment/kaggle-data-api',
      '--container=kaggle-data-api',
      '--',
      '/nodejs/bin/node',
      '-e',
      "fetch('http://127.0.0.1:8080/ready').then(async (answer) => console.log(answer.status, await answer.text()))",
    );
    expect(answers).toMatch(/^200 .*"ready"/);
    const logs = await platform.kubectl(
      'logs',
      '--selector=app.kubernetes.io/name=kaggle-data-api',
      '--container=migrate',
    );
    expect(logs).toContain('"level":"info"');
  });

  it('is applied again and changed without a conflict', async () => {
    await apply('replicas=2');
    await apply('replicas=1', 'env.LOG_LEVEL=debug');
    const { spec } = await platform.get('deployment', 'kaggle-data-api');
    expect(spec.replicas).toBe(1);
    expect(spec.template.spec.initContainers[0].name).toBe('migrate');
  });
});
