import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentsIn } from '#tests/docs/blocks.ts';
import { openShell } from '#tests/docs/shell.ts';
import { hasCluster, product } from './setup/cluster.ts';
import { jobValues, startFakeKaggle } from './setup/fake-kaggle.ts';
import { usePlatform } from './setup/platform.ts';

const TOKENS = 'kaggle-data-api-tokens';
const MIRRORED = 'https://www.kaggle.com/datasets/samples/seattle-weather';
const LOST = 'https://example.org/lost';
const pages = new Map(documentsIn('docs/runbooks').map(({ path, blocks }) => [path, blocks]));
const onCluster = (name: string) =>
  (pages.get(`docs/runbooks/${name}.md`) ?? []).filter(({ runs }) => runs.includes('cluster'));
/** In the order of one installation's life. */
const story = [
  'deploy',
  'rollback',
  'mirror-stuck',
  'troubleshooting',
  'incident',
  'rotate-secrets',
  'restore',
].flatMap((name) => onCluster(name).map((block, index) => ({ ...block, name, index })));

it('has a place for each block of the runbooks that names the cluster', () => {
  const all = [...pages.values()].flat().filter(({ runs }) => runs.includes('cluster'));
  expect(story.length).toBe(all.length);
});

describe.skipIf(!hasCluster)('the runbooks', () => {
  const platform = usePlatform({ install: false });
  const env: Record<string, string> = {
    IMAGE: product,
    NAMESPACE: platform.name,
    DATA_PATH: `/var/lib/kaggle-data/${platform.name}`,
    API_VALUES: platform.values('runbooks-api.json', {
      env: { AUTH: 'on', RATE_LIMIT: '100000', API_TOKENS_FILE: '/etc/tokens/tokens' },
      secrets: { tokens: { existingSecret: TOKENS, mountPath: '/etc/tokens', restartOnChange: false } },
      knative: { window: '60s' },
    }),
    JOB_VALUES: platform.values('runbooks-job.json', { ...jobValues, workloads: {} }),
  };
  const shell = openShell(env, { patience: 150_000 });
  let authorization = '';
  let id = 0;

  beforeAll(async () => {
    const made = await shell.run({ code: 'npm run --silent token -- tests', output: [] });
    const [token = '', entry = ''] = made.match(/kda_\S+$|tests:\S+$/gm) ?? [];
    authorization = `Bearer ${token}`;
    await platform.kubectl('create', 'secret', 'generic', TOKENS, `--from-literal=tokens=${entry}`);
    await startFakeKaggle(platform);
    const installed = await platform.make('app', env);
    if (installed.code !== 0) throw new Error(installed.stderr);
    // What the readers' DNS does: every name leads to the ingress.
    const ingress = new URL(process.env.INGRESS_URL ?? '').host;
    writeFileSync(join(shell.folder, '.curlrc'), `connect-to = "::${ingress}"\n`);
    Object.assign(env, {
      CURL_HOME: shell.folder,
      BACKUP: join(shell.folder, 'kaggle-data.dump'),
      EVIDENCE: join(shell.folder, 'incident'),
    });
    id = await register(MIRRORED);
  }, 400_000);
  afterAll(() => shell.close());

  const register = async (source_url: string): Promise<number> => {
    const body = { name: source_url, source_url };
    const created = await platform.api('/datasets', { method: 'POST', body, headers: { authorization } });
    expect(created.status).toBe(201);
    return created.json().id;
  };
  const before: Record<string, () => Promise<void>> = {
    async 'restore 0'() {
      const backup = onCluster('restore').find(({ code }) => code.includes('pg_restore --list'));
      await shell.run(backup ?? { code: 'false', output: [] });
      await register(LOST);
    },
  };

  it.for(story)('$name, line $line', { timeout: 400_000 }, async (block) => {
    await before[`${block.name} ${block.index}`]?.();
    await shell.run(block);
  });

  it("leave a password of Valkey's that make keeps", async () => {
    const password = () => platform.kubectl('get', 'secret', 'valkey-app', '-o', 'jsonpath={.data.password}');
    const rotated = await password();
    expect(rotated).toMatch(/./);
    expect((await platform.make('init-redis')).code).toBe(0);
    expect(await password()).toBe(rotated);
  });

  it('leave what was in the backup, files included', async () => {
    const { datasets } = (await platform.api('/datasets')).json();
    const sources = datasets.map((dataset: { source_url: string }) => dataset.source_url);
    expect(sources).toContain(MIRRORED);
    expect(sources).not.toContain(LOST);
    expect((await platform.api(`/datasets/${id}/versions/2/files/seattle-weather.csv`)).status).toBe(200);
  });
});
