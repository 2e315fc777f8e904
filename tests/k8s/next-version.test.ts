import { beforeAll, describe, expect, it } from 'vitest';
import { hasCluster } from './setup/cluster.ts';
import { constantLoad } from './setup/load.ts';
import { usePlatform } from './setup/platform.ts';
import { useTree } from './setup/tree.ts';

/** One image holds a migration more, a generated service and a generated job. */
describe.skipIf(!hasCluster)('the project, developed further', () => {
  const platform = usePlatform();
  const tree = useTree();
  const { api, helm, kubectl } = platform;
  let image = '';

  const install = (name: string) =>
    helm(
      'install',
      name,
      `${tree.path}/helm/charts/${name}`,
      `--values=${tree.path}/helm/charts/${name}/values-local.yaml`,
      `--set-string=image.repository=${image.slice(0, image.lastIndexOf(':'))},image.tag=${image.slice(image.lastIndexOf(':') + 1)}`,
      '--wait',
      '--timeout=120s',
    );

  /** What a person waits for, from `npm run new:service` to the first response. The image holds the rest too. */
  let seconds = 0;
  const timed = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    const start = performance.now();
    const value = await work();
    seconds += (performance.now() - start) / 1_000;
    return value;
  };

  beforeAll(async () => {
    await timed(() => tree.run('npm', 'run', 'new:service', '--', 'word-count'));
    await tree.run('npm', 'run', 'new:job', '--', 'tidy-up', '--schedule', '0 4 * * 0');
    tree.addMigration('CREATE TABLE IF NOT EXISTS added_later (id integer PRIMARY KEY);');
  });

  it('is built by kn service deploy, which migrates before the new code serves and fails no request', async () => {
    let counts = async (): Promise<Record<number, number>> => ({});
    const start = () => {
      counts = constantLoad(4, () => api('/datasets?limit=1'));
    };
    const deployed = await timed(() =>
      platform.deploy([], {
        cwd: tree.path,
        env: { IMAGE: '' },
        when: { printed: /==> installing kaggle-data-api/, act: start },
      }),
    );
    const answered = await counts();
    expect(deployed.stderr).not.toContain('error:');
    expect(deployed.stderr).toMatch(/==> building the image \S+\/kaggle-data-api\n/);
    expect(Object.keys(answered)).toEqual(['200']);
    const { spec, status } = await platform.get('ksvc', 'kaggle-data-api');
    expect(deployed.stdout.trim()).toBe(status.url);
    image = spec.template.spec.containers[0].image;
    expect(image).not.toBe(platform.image);
    expect((await api('/ready')).json()).toMatchObject({ status: 'ready' });
    const found = await kubectl(
      'exec',
      'postgres-0',
      '--',
      'psql',
      '-U',
      'kaggle',
      '-d',
      'kaggle_data_api',
      '-Atc',
      "SELECT to_regclass('added_later')",
    );
    expect(found).toBe('added_later');
  }, 400_000);

  it('the code before still serves on the newer schema after helm rollback', async () => {
    await helm('rollback', 'kaggle-data-api', '--wait', '--timeout=120s');
    expect((await api('/ready')).status).toBe(200);
    expect((await api('/datasets')).status).toBe(200);
  });

  it('npm run new:service makes a service that answers', async () => {
    const answer = await timed(async () => {
      await install('word-count');
      return platform.ingressTo('word-count')('/word-count');
    });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, expect.stringMatching(/json/)]);
    process.stdout.write(`a new service answered ${Math.round(seconds)} s after the first command\n`);
  });

  it('npm run new:job makes a job that runs', async () => {
    await install('tidy-up');
    const { spec } = await platform.get('cronjob', 'tidy-up');
    expect(spec.schedule).toBe('0 4 * * 0');
    await kubectl('create', 'job', '--from=cronjob/tidy-up', 'once');
    await kubectl('wait', '--for=condition=Complete', 'job/once', '--timeout=90s');
    expect(await kubectl('logs', 'job/once')).toContain('finished');
  });
});
