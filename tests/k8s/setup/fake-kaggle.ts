import { fakeKaggle } from './cluster.ts';
import { restricted } from './restricted.ts';
import type { toolsIn } from './tools.ts';

const NAME = 'fake-kaggle';
/** Where a script of a test writes datasets: `<owner>/<slug>/<version>/<files…>`. */
export const OFFERS = '/tmp/offers';
const CONTROL = 'http://localhost:7777/control';
const labels = { 'app.kubernetes.io/name': NAME };

/** What the job needs to take it for Kaggle: values of its chart. Queued syncs wait for a run that the test starts. */
export const jobValues = {
  env: { KAGGLE_BASE_URL: `http://${NAME}:7777/api/v1`, KAGGLE_DOWNLOAD_HOSTS: `${NAME}:7778` },
  workloads: { queued: { suspend: true } },
};

/** A script that offers a dataset of each name, with `bytes` made from the name. */
export function offerOf(refs: readonly string[], bytes: number): string {
  return `for (const ref of ${JSON.stringify(refs)}) {
  const folder = '${OFFERS}/' + ref + '/1';
  fs.mkdirSync(folder, { recursive: true });
  const hash = crypto.createHash('shake256', { outputLength: ${bytes} });
  fs.writeFileSync(folder + '/data.bin', hash.update(ref).digest());
}`;
}

/** Starts the Kaggle of fake-kaggle/ in the namespace; it offers samples/, or what a script writes below OFFERS. */
export async function startFakeKaggle(
  { apply, kubectl }: ReturnType<typeof toolsIn>,
  offer?: string,
): Promise<void> {
  const common = {
    image: fakeKaggle,
    imagePullPolicy: 'IfNotPresent',
    securityContext: restricted,
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
  };
  const container = {
    ...common,
    name: NAME,
    readinessProbe: { tcpSocket: { port: 7777 }, periodSeconds: 1 },
    ...(offer && { args: ['dist/fake-kaggle.mjs', '--host', '0.0.0.0', '--port', '7777', '--root', OFFERS] }),
  };
  const before = { ...common, name: 'offer', args: ['--eval', offer] };
  await apply({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: NAME },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          ...(offer && { initContainers: [before] }),
          containers: [container],
          volumes: [{ name: 'tmp', emptyDir: {} }],
        },
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

/** Sends a request to its control, from within its pod: no other way leads there. */
export async function controlFakeKaggle(
  { kubectl }: ReturnType<typeof toolsIn>,
  path: string,
  body?: object,
): Promise<unknown> {
  const init = body ? `{ method: 'POST', body: ${JSON.stringify(JSON.stringify(body))} }` : '{}';
  const script = `fetch('${CONTROL}${path}', ${init}).then((r) => r.text()).then(console.log)`;
  return JSON.parse(await kubectl('exec', `deployment/${NAME}`, '--', '/nodejs/bin/node', '--eval', script));
}
