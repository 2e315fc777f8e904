import type { TestProject } from 'vitest/node';
import { removeNamespace } from './remove-namespace.ts';
import { outcomeOf, run } from './run.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The cluster's images and the label of this run, or null when there is no cluster to test on. */
    cluster: { product: string; fakeKaggle: string; label: string } | null;
  }
}

const LABEL = 'kaggle-data-test';
const STALE = 2 * 3_600_000;

/** Builds the images once, and takes away what this run and forgotten ones left. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const missing = await whatIsMissing();
  if (missing) {
    process.stdout.write(`The cluster tests are skipped: ${missing}\n`);
    project.provide('cluster', null);
    return async () => {};
  }
  process.env.CLUSTER ??= 'existing';
  await sweep();
  const image = (target: string) =>
    run('make', ['-s', '-C', 'knative', 'image'], { env: { TARGET: target } });
  const product = process.env.IMAGE || (await image('product'));
  const fakeKaggle = process.env.FAKE_KAGGLE_IMAGE || (await image('fake-kaggle'));
  const label = `${LABEL}=${process.pid}`;
  project.provide('cluster', { product, fakeKaggle, label });
  return async () => {
    await Promise.all((await namespaces(label, '{.metadata.name}')).map(removeNamespace));
  };
}

async function whatIsMissing(): Promise<string | null> {
  const unset = ['KUBECONFIG', 'INGRESS_URL'].filter((name) => !process.env[name]);
  if (unset.length > 0)
    return `${unset.join(' and ')} not set; eval "$(make -s -C knative env)" sets them once there is a cluster.`;
  const { code, stderr } = await outcomeOf('kubectl', ['version', '--request-timeout=10s']);
  if (code === 0) return null;
  // Asked for and not there: a failure, not a reason to skip.
  throw new Error(`KUBECONFIG=${process.env.KUBECONFIG} leads to no cluster that responds: ${stderr.trim()}`);
}

async function sweep(): Promise<void> {
  const list = await namespaces(LABEL, '{.metadata.name} {.metadata.creationTimestamp}');
  for (const [name = '', created = ''] of list.map((line) => line.split(' '))) {
    if (Date.now() - Date.parse(created) > STALE) await removeNamespace(name);
  }
}

async function namespaces(selector: string, fields: string): Promise<string[]> {
  const output = `jsonpath={range .items[*]}${fields.replaceAll(' ', '{" "}')}{"\\n"}{end}`;
  const list = await run('kubectl', ['get', 'namespaces', '--selector', selector, '--output', output]);
  return list.split('\n').filter((line) => line !== '');
}
