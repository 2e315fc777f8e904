import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { useCharts } from '#tests/charts/helm.ts';
import { hasCluster } from './setup/cluster.ts';
import { eventually } from './setup/eventually.ts';
import { jobValues, startFakeKaggle } from './setup/fake-kaggle.ts';
import { podsOf, usePlatform } from './setup/platform.ts';

const REF = 'samples/seattle-weather';
const FILE = 'seattle-weather.csv';
const source = `samples/${REF}/2/${FILE}`;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe.skipIf(!hasCluster)('the mirror', () => {
  const platform = usePlatform({ job: jobValues });
  const { api, helm, kubectl } = platform;
  let path = '';

  const runJob = async (name: string) => {
    await kubectl('create', 'job', '--from=cronjob/fetch-kaggle', name);
    await kubectl('wait', '--for=condition=Complete', `job/${name}`, '--timeout=120s').catch(
      async (error) => {
        throw new Error(await kubectl('logs', `job/${name}`, '--tail=30'), { cause: error });
      },
    );
  };
  const served = async () => {
    const answer = await api(path);
    return [answer.status, sha256(answer.body)];
  };

  it('is due every night at two, in a time zone that is named', async () => {
    const { spec } = await platform.get('cronjob', 'fetch-kaggle');
    expect(spec).toMatchObject({
      schedule: '0 2 * * *',
      timeZone: 'Etc/UTC',
      suspend: false,
      concurrencyPolicy: 'Forbid',
    });
  });

  it('fetches a registered dataset, and the API serves the very bytes', async () => {
    await startFakeKaggle(platform);
    const body = { name: 'Seattle weather', source_url: `https://www.kaggle.com/datasets/${REF}` };
    const created = await api('/datasets', { method: 'POST', body });
    path = `/datasets/${created.json().id}/versions/2/files/${FILE}`;
    expect([404, 503]).toContain((await api(path)).status);
    await runJob('by-hand');
    expect(await served()).toEqual([200, sha256(await readFile(source))]);
  });

  it('serves a part of a file', async () => {
    const bytes = await readFile(source);
    const part = await api(path, { headers: { range: 'bytes=10-19' } });
    expect([part.status, part.body.toString(), part.headers['content-range']]).toEqual([
      206,
      bytes.subarray(10, 20).toString(),
      `bytes 10-19/${bytes.length}`,
    ]);
  });

  it('is mounted read-only in the API, writable in the job', async () => {
    const [pod] = await podsOf(platform);
    const mount = ({ mountPath }: { mountPath: string }) => mountPath === '/data';
    expect(pod?.spec.containers[0].volumeMounts.find(mount)).toMatchObject({ readOnly: true });
    const { spec } = await platform.get('cronjob', 'fetch-kaggle');
    const [job] = spec.jobTemplate.spec.template.spec.containers;
    expect(job.volumeMounts.find(mount).readOnly).not.toBe(true);
    const write = "require('fs').writeFileSync('/data/x', '')";
    const refused = await platform.attempt(
      'kubectl',
      'exec',
      String(pod?.metadata.name),
      '--container=kaggle-data-api',
      '--',
      '/nodejs/bin/node',
      '-e',
      write,
    );
    expect(refused.stderr).toContain('EROFS');
  });

  it('is done within seconds by a worker, when a sync is requested', async () => {
    const upgraded = await platform.attempt(
      'helm',
      'upgrade',
      'fetch-kaggle',
      `${useCharts().folder}/fetch-kaggle`,
      '--reset-then-reuse-values',
      '--set-json=workloads.worker.enabled=true',
      '--set-json=workloads.queued.enabled=false',
      '--wait',
      '--timeout=60s',
    );
    expect(upgraded.stderr).toBe('');
    expect(await platform.list('cronjob')).toHaveLength(1);
    const request = () => api(path.replace(/versions.*/, 'syncs'), { method: 'POST' });
    const synced = async (): Promise<number> => {
      const requested = await request();
      expect(requested.status).toBe(202);
      const start = performance.now();
      await eventually('the sync is done', async () => {
        const { state } = (await api(String(requested.headers.location))).json();
        return ['succeeded', 'failed'].includes(state) && state;
      });
      return performance.now() - start;
    };
    process.stdout.write(`a requested sync was done after ${Math.round(await synced())} ms\n`);
    // Stopped, it leaves at once, and the next one does the work.
    const worker = 'app.kubernetes.io/component=worker';
    const [pod] = await platform.list('pods', worker);
    await kubectl('delete', 'pod', String(pod?.metadata.name), '--grace-period=30');
    await synced();
  });

  it('has its tables queried by SQL in pods of their own', async () => {
    const upgraded = await platform.attempt(
      'helm',
      'upgrade',
      'kaggle-data-api',
      `${useCharts().folder}/kaggle-data-api`,
      '--reset-then-reuse-values',
      '--set-json=workloads.sql.enabled=true',
      '--set-string=workloads.api.env.MIRROR_SQL=off',
      '--wait',
      '--timeout=120s',
    );
    expect(upgraded.stderr).not.toContain('Error');
    const query = encodeURIComponent('SELECT count(*) AS days FROM seattle_weather');
    const sql = path.replace(/files.*/, `sql?query=${query}`);
    const pods = platform.ingressTo('kaggle-data-api-sql');
    const answer = await eventually('the tables are made', async () => {
      const got = await pods(sql);
      return got.status === 200 && got;
    });
    expect(answer.json().rows).toEqual([[1461]]);
    expect((await pods('/datasets')).status).toBe(404);
    expect((await api(sql)).status).not.toBe(200);
  });

  it('stays when everything is uninstalled, and a second installation finds it', async () => {
    const before = await platform.get('pvc', 'kaggle-data-pvc');
    const cleaned = await platform.make('clean');
    expect(cleaned.stderr).toContain('the claims are kept');
    expect(cleaned.code).toBe(0);
    expect(await helm('list', '--short')).toBe('');
    const again = await platform.make('app');
    expect(again.stderr).not.toContain('error:');
    expect((await platform.get('pvc', 'kaggle-data-pvc')).metadata.uid).toBe(before.metadata.uid);
    expect(await served()).toEqual([200, sha256(await readFile(source))]);
  }, 300_000);
});
