import { describe, expect, it } from 'vitest';
import { hasCluster } from './setup/cluster.ts';
import { useNamespace } from './setup/platform.ts';
import { probe } from './setup/probe-pod.ts';
import { make, run } from './setup/run.ts';

const forbidden: [what: string, pod: object, container: object][] = [
  ['privileged', {}, { privileged: true, allowPrivilegeEscalation: true }],
  ['root', {}, { runAsUser: 0, runAsNonRoot: false }],
  ['the node’s network', { hostNetwork: true }, {}],
  ['a folder of the node', { volumes: [{ name: 'root', hostPath: { path: '/' } }] }, {}],
  ['every system call', {}, { seccompProfile: { type: 'Unconfined' } }],
];

describe.skipIf(!hasCluster)('Pod Security in the namespace that make makes', () => {
  const { name: namespace } = useNamespace();

  const admit = (pod: object = {}, container: object = {}) => {
    const manifest = probe('pod');
    Object.assign(manifest.spec, pod);
    for (const { securityContext } of manifest.spec.containers) Object.assign(securityContext, container);
    return run('kubectl', ['-n', namespace, 'apply', '--dry-run=server', '-f', '-'], {
      input: JSON.stringify(manifest),
    });
  };

  it('admits a pod that asks for nothing', async () => {
    expect(await admit()).toBe('pod/pod created (server dry run)');
  });

  it.for(forbidden)('refuses a pod that asks for %s', async ([, pod, container]) => {
    await expect(admit(pod, container)).rejects.toThrow('violates PodSecurity "restricted:latest"');
  });

  it('comes back with the next make when somebody took it away', async () => {
    const label = 'pod-security.kubernetes.io/enforce';
    await run('kubectl', ['label', 'namespace', namespace, `${label}-`]);
    expect(await admit({ hostNetwork: true })).toContain('created');
    expect((await make('namespace', { NAMESPACE: namespace })).code).toBe(0);
    await expect(admit({ hostNetwork: true })).rejects.toThrow('violates PodSecurity');
  });
});
