import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasCluster } from './setup/cluster.ts';
import { eventually } from './setup/eventually.ts';
import { jobValues, startFakeKaggle } from './setup/fake-kaggle.ts';
import { HOSTS, makeCertificate, startKaggleClients } from './setup/kaggle-clients.ts';
import { podsOf, usePlatform } from './setup/platform.ts';
import { make } from './setup/run.ts';

const REF = 'samples/seattle-weather';
const FILE = 'seattle-weather.csv';
const TOKEN = 'of-the-consumers';
const authorization = `Bearer ${TOKEN}`;

describe.skipIf(!hasCluster)('who reads through Kourier', () => {
  const platform = usePlatform({ install: false });
  const { api, kubectl } = platform;
  // What leads a proxy's requests here is a Deployment: the gateway knows no service by the name localhost.
  const proxied = {
    kind: 'deployment',
    replicas: 1,
    expose: { from: [{ podSelector: { matchLabels: { 'kaggle-client': 'true' } } }] },
  };

  beforeAll(async () => {
    const tlsSecret = await makeCertificate(platform);
    const values = {
      env: { RATE_LIMIT: 'off', AUTH: 'on', API_TOKENS: `test:read+write:${hash('sha256', TOKEN)}` },
      workloads: {
        api: {
          knative: {
            window: '10s',
            domains: Object.fromEntries(HOSTS.map((host) => [host, { tlsSecret }])),
          },
        },
        proxied,
      },
      kaggleClients: { url: 'http://kaggle-data-api-proxied' },
    };
    const { code, stderr } = await platform.make('app', {
      API_VALUES: platform.values('consumers.json', values),
      JOB_VALUES: platform.values('mirror.json', jobValues),
    });
    expect(code, stderr).toBe(0);
    await leaveWithNamespace();
    await startFakeKaggle(platform);
    const body = { name: 'Seattle weather', source_url: `https://www.kaggle.com/datasets/${REF}` };
    const created = await api('/datasets', { method: 'POST', body, headers: { authorization } });
    expect(created.status, created.body.toString()).toBe(201);
    await kubectl('create', 'job', '--from=cronjob/fetch-kaggle', 'once');
    await kubectl('wait', '--for=condition=Complete', 'job/once', '--timeout=120s');
  }, 400_000);

  it('a browser gets its first page, and the files of it compressed, where no pod was', async () => {
    await eventually('no pod is left', async () => (await podsOf(platform)).length === 0);
    const browser = { accept: 'text/html,application/xhtml+xml', 'accept-encoding': 'gzip, br' };
    const first = await api('/', { headers: browser });
    expect(first.status).toBe(303);
    expect(first.headers.location).toMatch(/^\/ui/);
    const page = await api('/ui/datasets', { headers: { accept: browser.accept } });
    expect(page.status).toBe(200);
    expect(page.body.toString()).toContain('Seattle weather');
    const [script = ''] = /\/ui\/assets\/main[\w-]*\.js/.exec(page.body.toString()) ?? [];
    const asset = await api(script, { headers: browser });
    expect([asset.status, asset.headers['content-encoding']]).toEqual([200, 'br']);
  });

  it('SQL is for those who have a token', async () => {
    const ask = (headers = {}) =>
      api('/sql', {
        method: 'POST',
        body: {
          query: 'SELECT count(*) FROM weather.seattle_weather',
          sources: { weather: { dataset: 1, version: 'latest' } },
        },
        headers,
      });
    expect((await ask()).status).toBe(401);
    const answer = await ask({ authorization });
    expect(answer.json().rows, answer.body.toString()).toEqual([[1461]]);
  });

  describe.skipIf(!process.env.OFFICIAL_CLIENTS)(
    'Kaggle’s clients in a pod (need OFFICIAL_CLIENTS=1)',
    () => {
      let inPod: Awaited<ReturnType<typeof startKaggleClients>>;
      let expected = '';
      const sumOf = async (path: string) => (await inPod({}, 'sha256sum', path)).split(' ')[0];
      const none = { http_proxy: null, KAGGLE_API_ENVIRONMENT: null };
      const service = `http://kaggle-data-api.${platform.name}.svc.cluster.local`;
      const download = ['kaggle', 'datasets', 'download', REF, '--unzip', '--path'];
      const hub = ['python', '-c', `import kagglehub; print("PATH=" + kagglehub.dataset_download("${REF}"))`];
      const hubSum = async (env: Parameters<typeof inPod>[0]) => {
        const [, path = ''] = /PATH=(.*)/.exec(await inPod(env, ...hub)) ?? [];
        return { path, sum: await sumOf(`${path}/${FILE}`) };
      };

      beforeAll(async () => {
        expected = hash('sha256', await readFile(`samples/${REF}/2/${FILE}`));
        const built = await make('image', { TARGET: 'kaggle-clients' });
        expect(built.code, built.stderr).toBe(0);
        inPod = await startKaggleClients(platform, built.stdout.trim());
      }, 600_000);

      it('are set by the ConfigMap of the chart to a Deployment as their proxy', async () => {
        await inPod({}, ...download, 'proxied');
        expect(await sumOf(`proxied/${FILE}`)).toBe(expected);
        expect((await hubSum({})).sum).toBe(expected);
      });

      it('take the Knative Service for Kaggle by DomainMappings, a hosts entry and a private CA', async () => {
        const ca = { ...none, REQUESTS_CA_BUNDLE: '/names/ca.crt' };
        await inPod(ca, ...download, 'mapped');
        expect(await sumOf(`mapped/${FILE}`)).toBe(expected);
        expect((await hubSum({ ...ca, KAGGLEHUB_CACHE: '/tmp/mapped-cache' })).sum).toBe(expected);
      });

      it('find a dataset on the volume in notebook mode, by one request to the Knative Service', async () => {
        const { path, sum } = await hubSum({
          ...none,
          KAGGLE_KERNEL_RUN_TYPE: 'Interactive',
          KAGGLE_DATA_PROXY_URL: service,
          KAGGLE_USER_SECRETS_TOKEN: 'none',
          KAGGLE_DATA_PROXY_TOKEN: 'none',
          KAGGLE_CACHE_MOUNT_FOLDER: '/data',
        });
        expect([path, sum]).toEqual([`/data/datasets/${REF}/versions/2`, expected]);
      });

      it('are curl, with the address that Kaggle shows and another host', async () => {
        const { status } = await platform.get('ksvc', 'kaggle-data-api');
        const { host } = new URL(status.url);
        const path = `/api/v1/datasets/download/${REF}/${FILE}`;
        const curl = ['curl', '--silent', '--show-error', '--fail', '--location'];
        await inPod(none, ...curl, '--output', 'name.csv', service + path);
        const gateway = `http://kourier.kourier-system.svc.cluster.local${path}`;
        await inPod(none, ...curl, '--output', 'host.csv', '--header', `Host: ${host}`, gateway);
        expect([await sumOf('name.csv'), await sumOf('host.csv')]).toEqual([expected, expected]);
      });

      it('cannot have the gateway as their proxy: Knative maps no name without a dot', async () => {
        const ref = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'kaggle-data-api' };
        const mapping = platform.apply({
          apiVersion: 'serving.knative.dev/v1beta1',
          kind: 'DomainMapping',
          metadata: { name: 'localhost' },
          spec: { ref },
        });
        await expect(mapping).rejects.toThrow('should be a domain with at least two segments');
      });
    },
  );

  /** Claims of names belong to no namespace. One that outlives a run keeps the next one from its names. */
  async function leaveWithNamespace(): Promise<void> {
    const { metadata } = await platform.get('namespace', platform.name);
    const owner = { apiVersion: 'v1', kind: 'Namespace', name: platform.name, uid: metadata.uid };
    const patch = JSON.stringify({ metadata: { ownerReferences: [owner] } });
    await kubectl('patch', 'clusterdomainclaim', ...HOSTS, '--type=merge', `--patch=${patch}`);
  }
});
