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
  same: { meaning: 'the same once more, to see what is chance', values: {} },
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
  'cpu-500m': {
    meaning: 'a CPU request of 500m instead of 100m',
    values: { resources: { requests: { cpu: '500m' } } },
  },
  'no-volume': {
    meaning: 'without the data volume',
    values: { volumes: { data: null }, env: { KAGGLE_DATA_ROOT: null } },
  },
  'queue-200m': {
    meaning: 'queue-proxy with 200m CPU instead of 25m',
    values: { knative: { queueProxy: { cpuResourceRequest: '200m' } } },
  },
};

export function describeVariants(indent: string): string {
  return Object.entries(VARIANTS)
    .map(([name, { meaning }]) => `${indent}${name}: ${meaning}`)
    .join('\n');
}

/** Installs PostgreSQL, the claim, the API, the hello server, and what is named by comma of variants and of images (`NAME=IMAGE`). */
export async function installServices(
  namespace: string,
  helloImage: string,
  others: { variants: string; images: string },
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
    for (const { name, meaning, image: own = image, values: content } of chosen(others)) {
      const file = values(name, content);
      await run(
        'kn',
        ['service', 'deploy', name, '--namespace', namespace, '--image', own, '--values', file],
        {
          env: { PATH: `${process.cwd()}/knative/bin:${process.env.PATH}` },
        },
      );
      services.push({ name, path: '/datasets', meaning });
    }
    return services;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Variant {
  name: string;
  meaning: string;
  image?: string;
  values: object;
}

function chosen({ variants, images }: { variants: string; images: string }): Variant[] {
  const split = (list: string) => list.split(',').filter((item) => item !== '');
  return [
    ...split(variants).map((name) => {
      const variant = VARIANTS[name];
      if (!variant) throw new Error(`there is no variant ${name}`);
      return { name, ...variant };
    }),
    ...split(images).map((pair) => {
      const [name = '', image = ''] = pair.split('=', 2);
      return { name, meaning: `from ${image}`, image, values: {} };
    }),
  ];
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
