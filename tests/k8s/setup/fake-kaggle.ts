import { fakeKaggle } from './cluster.ts';
import { restricted } from './restricted.ts';
import type { toolsIn } from './tools.ts';

const NAME = 'fake-kaggle';
const labels = { 'app.kubernetes.io/name': NAME };

/** What the job needs to take it for Kaggle: values of its chart. Queued syncs wait for a run that the test starts. */
export const jobValues = {
  env: { KAGGLE_BASE_URL: `http://${NAME}:7777/api/v1`, KAGGLE_DOWNLOAD_HOSTS: `${NAME}:7778` },
  workloads: { queued: { suspend: true } },
};

/** Starts the Kaggle of fake-kaggle/ in the namespace; it offers samples/. */
export async function startFakeKaggle({ apply, kubectl }: ReturnType<typeof toolsIn>): Promise<void> {
  const container = {
    name: NAME,
    image: fakeKaggle,
    imagePullPolicy: 'IfNotPresent',
    securityContext: restricted,
    readinessProbe: { tcpSocket: { port: 7777 }, periodSeconds: 1 },
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
  };
  await apply({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: NAME },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [container], volumes: [{ name: 'tmp', emptyDir: {} }] },
      },
    },
  });
  await apply({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: NAME },
    spec: {
      selector: labels,
      ports: [7777, 7778].map((port) => ({ name: `p${port}`, port })),
    },
  });
  await kubectl('rollout', 'status', `deployment/${NAME}`, '--timeout=90s');
}
