import { describe, expect, it } from 'vitest';
import { useCharts } from '#tests/charts/helm.ts';
import { fakeKaggle, hasCluster } from './setup/cluster.ts';
import { eventually } from './setup/eventually.ts';
import { usePlatform } from './setup/platform.ts';
import { expectRefusal } from './setup/refusal.ts';

const REASON = 'REQUEST_TIMEOUT: must be an integer from 1000 to 600000';
const ENDS = /^the container of kaggle-data-api ends right after it started, see its last lines above$/;
const LOGS = /^kubectl -n \S+ logs -l app\.kubernetes\.io\/instance=kaggle-data-api/;

describe.skipIf(!hasCluster)('a new version that is broken', () => {
  const platform = usePlatform({ api: { knative: { window: '60s' } } });
  const { api, attempt } = platform;
  const chart = `${useCharts().folder}/kaggle-data-api`;
  const cannotStart = platform.values('cannot-start.json', { env: { REQUEST_TIMEOUT: '1' } });
  let before: unknown;

  const service = () => platform.get('ksvc', 'kaggle-data-api');
  const served = async () => (await service()).status.traffic;

  /** Which revision serves, by whom nothing was noticed. */
  const expectTheOldOne = async () => {
    expect(await served()).toEqual(before);
    expect((await api('/ready')).status).toBe(200);
  };

  /** Takes it back: what was installed is there again, whole. */
  const expectWayBack = async () => {
    const back = await platform.deploy(['--rollback']);
    expect(back.stderr).not.toContain('error:');
    expect(back.code).toBe(0);
    const { spec, status } = await service();
    expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }));
    const [{ image, env }] = spec.template.spec.containers;
    expect(image).toBe(platform.image);
    expect(env).not.toContainEqual(expect.objectContaining({ name: 'REQUEST_TIMEOUT' }));
    expect((await api('/ready')).status).toBe(200);
  };

  it('helm upgrade --wait fails and names it; the old one serves on', async () => {
    before = await served();
    const failed = await attempt(
      'helm',
      'upgrade',
      'kaggle-data-api',
      chart,
      '--reset-then-reuse-values',
      `--values=${cannotStart}`,
      '--wait',
      '--timeout=25s',
    );
    expect(failed.code).not.toBe(0);
    expect(failed.stderr).toMatch(/resource Service\/\S+\/kaggle-data-api not ready/);
    const [last] = JSON.parse(await platform.helm('history', 'kaggle-data-api', '--max=1', '--output=json'));
    expect(last.status).toBe('failed');
    const instance = '--selector=app.kubernetes.io/instance=kaggle-data-api';
    const log = () => platform.kubectl('logs', instance, '--all-containers', '--ignore-errors');
    await eventually('the log says why', async () => (await log()).includes(REASON), 30);
    await expectTheOldOne();
  });

  it('kn service deploy says why, and --rollback returns to the one before all that failed', async () => {
    const failed = await platform.deploy(['--values', cannotStart, '--wait-timeout', '25']);
    expectRefusal(failed, ENDS, LOGS);
    expect(failed.stderr).toContain(REASON);
    expect(failed.stderr).toContain("'kn service deploy kaggle-data-api --rollback'");
    await expectTheOldOne();
    await expectWayBack();
  });

  it('whose migration ends in an error never becomes a revision', async () => {
    before = await served();
    // An image in which there are no migrations.
    const failed = await platform.deploy(['--image', fakeKaggle, '--wait-timeout', '15']);
    expectRefusal(failed, ENDS, LOGS);
    expect(failed.stderr).toMatch(/kaggle-data-api-migrate-.*MODULE_NOT_FOUND/);
    await expectTheOldOne();
    await expectWayBack();
  });

  it('whose image is nowhere fails with that reason and the next command', async () => {
    before = await served();
    const image = 'dev.local/kaggle-data-api:never-built';
    const failed = await platform.deploy(['--image', image, '--wait-timeout', '20']);
    expectRefusal(
      failed,
      /^the image of kaggle-data-api is neither on the node nor in a registry the cluster reaches$/,
      /^make -C knative CLUSTER=\S+ app/,
    );
    await expectTheOldOne();
    await expectWayBack();
  });
});
