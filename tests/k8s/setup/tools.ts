import { outcomeOf, run } from './run.ts';

export interface KubernetesObject {
  metadata: {
    name: string;
    labels?: Record<string, string>;
    uid: string;
    /** Present once it is on its way out. */
    deletionTimestamp?: string;
  };
  // biome-ignore lint/suspicious/noExplicitAny: the shape depends on the kind
  spec: any;
  // biome-ignore lint/suspicious/noExplicitAny: the shape depends on the kind
  status: any;
}

/** kubectl, helm and kn within one namespace. */
export function toolsIn(namespace: string) {
  const kubectl = (...args: string[]) => run('kubectl', ['--namespace', namespace, ...args]);
  return {
    kubectl,
    attempt: (program: 'kubectl' | 'helm' | 'kn', ...args: string[]) =>
      outcomeOf(program, ['--namespace', namespace, ...args]),
    helm: (...args: string[]) => run('helm', ['--namespace', namespace, ...args]),
    apply: (manifest: object) =>
      run('kubectl', ['--namespace', namespace, 'apply', '--server-side', '--filename', '-'], {
        input: JSON.stringify(manifest),
      }),
    async get(kind: string, name: string): Promise<KubernetesObject> {
      return JSON.parse(await kubectl('get', kind, name, '--output', 'json'));
    },
    async list(kind: string, selector = ''): Promise<KubernetesObject[]> {
      const { items } = JSON.parse(
        await kubectl('get', kind, '--selector', selector, '--output', 'json'),
      ) as { items: KubernetesObject[] };
      return items;
    },
  };
}
