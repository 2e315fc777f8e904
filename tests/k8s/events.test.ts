import { describe, expect, it } from 'vitest';
import { useCharts } from '#tests/charts/helm.ts';
import { hasCluster, product } from './setup/cluster.ts';
import { eventually } from './setup/eventually.ts';
import { jobValues } from './setup/fake-kaggle.ts';
import { podsOf, usePlatform } from './setup/platform.ts';
import { restricted } from './setup/restricted.ts';
import { outcomeOf } from './setup/run.ts';

const NAME = 'receiver';
/** Keeps what it is sent, and shows it in response to GET. */
const CODE = `const received = [];
require('http').createServer(async (request, response) => {
  if (request.method !== 'POST') return response.end(JSON.stringify(received));
  const body = Buffer.concat(await request.toArray()).toString();
  received.push({ type: request.headers['content-type'], body });
  response.writeHead(204).end();
}).listen(8080);
process.on('SIGTERM', () => process.exit());`;

const hasEventing =
  hasCluster && (await outcomeOf('kubectl', ['get', 'crd', 'sinkbindings.sources.knative.dev'])).code === 0;

interface Received {
  type: string;
  body: string;
}

describe.skipIf(!hasCluster)('events of the mirror', () => {
  const platform = usePlatform({ job: jobValues });
  const { api, kubectl } = platform;
  const received = async () => (await platform.ingressTo(NAME)('/')).json() as unknown as Received[];
  const runJob = async (name: string) => {
    await kubectl('create', 'job', '--from=cronjob/fetch-kaggle-queued', name);
    await kubectl('wait', '--for=condition=Complete', `job/${name}`, '--timeout=120s');
  };
  const sendTo = (sink: object) =>
    platform.attempt(
      'helm',
      'upgrade',
      'fetch-kaggle',
      `${useCharts().folder}/fetch-kaggle`,
      '--reset-then-reuse-values',
      `--set-json=events.sink=${JSON.stringify(sink)}`,
      '--wait',
      '--timeout=60s',
    );
  const sink = {
    url: `http://${NAME}.${platform.name}.svc.cluster.local/events`,
    to: [
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kourier-system' } },
        podSelector: { matchLabels: { app: '3scale-kourier-gateway' } },
      },
    ],
    // Of the gateway for what is inside of the cluster.
    ports: [8081],
  };

  it('reach a receiver that Knative has scaled to zero, as they are in the feed', async () => {
    await startReceiver();
    const { stderr } = await sendTo(sink);
    expect(stderr).toBe('');
    await eventually('the receiver is at zero', async () => (await podsOf(platform, NAME)).length === 0);
    const body = { name: 'Sent' };
    expect((await api('/datasets', { method: 'POST', body })).status).toBe(201);
    await runJob('first');
    const [event, ...more] = await received();
    expect(more).toEqual([]);
    expect(event?.type).toMatch(/^application\/cloudevents\+json/);
    const [change] = (await api('/changes')).json().changes;
    expect(JSON.parse(String(event?.body))).toMatchObject({
      specversion: '1.0',
      type: 'com.kaggle-data-api.dataset.created',
      id: change.id,
      time: change.time,
      data: change.data,
    });
  });

  it('carry what a new release of the chart adds to them, each once', async () => {
    const { stderr } = await sendTo({ ...sink, extensions: { stage: 'test' } });
    expect(stderr).toBe('');
    const body = { name: 'Sent too' };
    expect((await api('/datasets', { method: 'POST', body })).status).toBe(201);
    await runJob('second');
    const events = (await received()).map(({ body }) => JSON.parse(body));
    expect(events.filter(({ data }) => data.name === 'Sent too')).toMatchObject([{ stage: 'test' }]);
  });

  it.skipIf(!hasEventing)(
    'are sent where a SinkBinding leads, whose webhook sets it in the job',
    async () => {
      const { url: _, ...flow } = sink;
      const ref = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: NAME };
      const { stderr } = await sendTo({ ...flow, url: '', ref, extensions: { stage: 'bound' } });
      expect(stderr).toBe('');
      await kubectl('wait', '--for=condition=Ready', 'sinkbinding/fetch-kaggle-job', '--timeout=60s');
      expect((await api('/datasets', { method: 'POST', body: { name: 'Bound' } })).status).toBe(201);
      await runJob('third');
      const events = (await received()).map(({ body }) => JSON.parse(body));
      expect(events.filter(({ data }) => data.name === 'Bound')).toMatchObject([{ stage: 'bound' }]);
    },
  );

  async function startReceiver(): Promise<void> {
    await platform.apply({
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: { name: NAME },
      spec: {
        template: {
          metadata: { annotations: { 'autoscaling.knative.dev/window': '10s' } },
          spec: {
            automountServiceAccountToken: false,
            containers: [
              {
                image: product,
                imagePullPolicy: 'IfNotPresent',
                args: ['-e', CODE],
                ports: [{ containerPort: 8080 }],
                securityContext: restricted,
              },
            ],
          },
        },
      },
    });
    await kubectl('wait', '--for=condition=Ready', `ksvc/${NAME}`, '--timeout=120s');
  }
});
