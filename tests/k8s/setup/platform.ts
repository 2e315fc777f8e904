import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { hasCluster, label, product } from './cluster.ts';
import { ingressTo } from './ingress.ts';
import { removeNamespace } from './remove-namespace.ts';
import { make, type Outcome, outcomeOf, type Options as RunOptions, run } from './run.ts';
import { toolsIn } from './tools.ts';

/** Tests wait for zero often. */
const API = { env: { RATE_LIMIT: 'off' }, knative: { window: '10s' } };

interface Options {
  /** Whether it is installed before the file's tests. */
  install?: boolean;
  /** Values of the API's chart instead of the tests' own. */
  api?: object;
  /** Values of the job's chart. */
  job?: object;
}

let count = 0;

/** A namespace of this file's own, Pod Security restricted, gone after the file's tests whatever happens. */
export function useNamespace() {
  const name = `kaggle-test-${process.pid}-${count++}`;
  if (hasCluster) {
    beforeAll(async () => {
      await make('namespace', { NAMESPACE: name });
      await run('kubectl', ['label', 'namespace', name, label]);
    }, 60_000);
    afterAll(() => removeNamespace(name), 240_000);
  }
  return { name, ...toolsIn(name) };
}

/** The whole platform in a namespace of its own, installed as a person installs it: by make. */
export function usePlatform({ install = true, api = API, job = {} }: Options = {}) {
  const namespace = useNamespace();
  const folder = mkdtempSync(join(tmpdir(), 'k8s-values-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const values = (name: string, content: object) => {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify(content));
    return file;
  };
  const makeHere = (
    target: string,
    env: Record<string, string> = {},
    options: RunOptions = {},
  ): Promise<Outcome> =>
    make(
      target,
      {
        NAMESPACE: namespace.name,
        IMAGE: product,
        DATA_PATH: `/var/lib/kaggle-data/${namespace.name}`,
        API_VALUES: values('api.json', { env: API.env, ...api }),
        JOB_VALUES: values('job.json', job),
        ...env,
      },
      options,
    );
  /** `kn service deploy`, of the project in `cwd` when that is given. */
  const deploy = (args: string[], { cwd = process.cwd(), env, ...options }: RunOptions = {}) =>
    outcomeOf('kn', ['service', 'deploy', '--namespace', namespace.name, ...args], {
      ...options,
      env: { IMAGE: product, ...env, PATH: `${cwd}/knative/bin:${process.env.PATH}` },
    });
  if (hasCluster && install)
    beforeAll(async () => {
      const outcome = await makeHere('app');
      if (outcome.code !== 0) throw new Error(outcome.stderr);
    }, 300_000);
  return {
    ...namespace,
    values,
    make: makeHere,
    deploy,
    image: product,
    ingressTo: (service: string) => ingressTo(namespace.name, service),
    api: ingressTo(namespace.name, 'kaggle-data-api'),
  };
}

/** The pods of a Knative Service that are there and not on their way out. */
export async function podsOf(tools: ReturnType<typeof toolsIn>, service = 'kaggle-data-api') {
  const pods = await tools.list('pods', `serving.knative.dev/service=${service}`);
  return pods.filter((pod) => pod.metadata.deletionTimestamp === undefined && pod.status.phase === 'Running');
}
