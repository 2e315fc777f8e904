import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { make, run } from '../../k8s/setup/run.ts';
import { toolsIn } from '../../k8s/setup/tools.ts';

export interface Service {
  name: string;
  path: string;
  /** What sets it apart from the chart's defaults. */
  meaning: string;
}

const WINDOW = '6s';

/** Values over those of the chart, by what they try. */
const VARIANTS: Record<string, { meaning: string; values: object }> = {
  'no-compile-cache': {
    meaning: 'without V8’s compile cache',
    values: { env: { NODE_DISABLE_COMPILE_CACHE: '1' } },
  },
  'probe-1s': {
    meaning: 'readiness probed once a second instead of every 50 ms',
    values: {
      probes: { readiness: { path: '/health', periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 3 } },
    },
  },
  'queue-200m': {
    meaning: 'queue-proxy with 200m CPU instead of 25m',
    values: { knative: { queueProxy: { cpuResourceRequest: '200m' } } },
  },
};

/** Installs PostgreSQL, the claim, the API, its variants and the hello server. */
export async function installServices(
  namespace: string,
  helloImage: string,
  variants: boolean,
): Promise<Service[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-k8s-'));
  try {
    const image = process.env.IMAGE || (await run('make', ['-s', '-C', 'knative', 'image']));
    const values = (name: string, content: { env?: object; knative?: object }) => {
      const file = join(folder, `${name}.json`);
      const base = {
        ...content,
        env: { RATE_LIMIT: 'off', ...content.env },
        knative: { window: WINDOW, ...content.knative },
      };
      writeFileSync(file, JSON.stringify(base));
      return file;
    };
    const env = { NAMESPACE: namespace, IMAGE: image, DATA_PATH: `/var/lib/kaggle-data/${namespace}` };
    const installed = await make('app', { ...env, API_VALUES: values('api', {}) });
    if (installed.code !== 0) throw new Error(installed.stderr);
    await installHello(namespace, helloImage);
    const services: Service[] = [
      { name: 'hello', path: '/', meaning: 'a static Go server' },
      { name: 'kaggle-data-api', path: '/datasets', meaning: 'the API as its chart installs it' },
    ];
    if (!variants) return services;
    for (const [name, variant] of Object.entries(VARIANTS)) {
      const file = values(name, variant.values);
      await run(
        'kn',
        ['service', 'deploy', name, '--namespace', namespace, '--image', image, '--values', file],
        {
          env: { PATH: `${process.cwd()}/knative/bin:${process.env.PATH}` },
        },
      );
      services.push({ name, path: '/datasets', meaning: variant.meaning });
    }
    return services;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function installHello(namespace: string, image: string): Promise<void> {
  const tools = toolsIn(namespace);
  await tools.apply({
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name: 'hello' },
    spec: {
      template: {
        metadata: { annotations: { 'autoscaling.knative.dev/window': WINDOW } },
        spec: {
          containers: [
            {
              image,
              imagePullPolicy: 'IfNotPresent',
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ['ALL'] },
                readOnlyRootFilesystem: true,
                runAsNonRoot: true,
                seccompProfile: { type: 'RuntimeDefault' },
              },
            },
          ],
        },
      },
    },
  });
  await tools.kubectl('wait', '--for=condition=Ready', 'ksvc/hello', '--timeout=120s');
}
