import { describe, expect, it } from 'vitest';
import { useMachine } from './machine.ts';

type Machine = ReturnType<typeof useMachine>;

/** A machine whose kind cluster has the nodes; Helm and the API server agree to everything. */
function withNodes(nodes: string[]): Machine {
  const machine = useMachine();
  for (const part of ['library/common/Chart.yaml', 'charts/kaggle-data-pvc/values-local.yaml'])
    machine.write(`tree/helm/${part}`, '');
  machine.write('home/kaggle-data-api/kaggle-data.kubeconfig', 'kubeconfig');
  machine.stub('kubectl');
  machine.stub('helm');
  machine.stub('docker');
  machine.stub('kind', nodes.map((node) => `echo ${node}`).join('\n') || 'echo "No kind nodes found" >&2');
  return machine;
}
const installed = (machine: Machine) =>
  machine.calls().filter((call) => call.startsWith('helm upgrade --install kaggle-data-pvc '));

describe('init-data, on kind', () => {
  it('makes the folder on each node for the image’s user, then the claim of it', () => {
    const machine = withNodes(['kaggle-data-control-plane', 'kaggle-data-worker']);
    const { status, stderr } = machine.step('init-data', { DATA_PATH: '/var/lib/elsewhere' });
    expect(stderr).toBe('==> installing kaggle-data-pvc, waiting up to 1 s\n');
    expect(status).toBe(0);
    const made = "sh -c mkdir -p '/var/lib/elsewhere' && chown 65532:65532 '/var/lib/elsewhere'";
    const calls = machine.calls().filter((call) => /^(docker|helm upgrade)/.test(call));
    expect(calls).toEqual([
      `docker exec kaggle-data-control-plane ${made}`,
      `docker exec kaggle-data-worker ${made}`,
      expect.stringContaining('--set-string local.path=/var/lib/elsewhere '),
    ]);
  });

  it('makes no claim of a folder that a node does not make', () => {
    const machine = withNodes(['kaggle-data-control-plane']);
    machine.stub('docker', 'echo "mkdir: No space left on device" >&2; exit 1');
    const { status, stderr, failure } = machine.step('init-data');
    expect(status).toBe(1);
    expect(stderr).toContain('No space left on device');
    expect(failure).toEqual({
      error: 'the folder /var/lib/kaggle-data is not made on kaggle-data-control-plane, see above',
      next: 'docker exec kaggle-data-control-plane df -h',
    });
    expect(installed(machine)).toEqual([]);
  });

  it('makes no claim where there is no node', () => {
    const machine = withNodes([]);
    const { status, failure } = machine.step('init-data');
    expect(status).toBe(1);
    expect(failure).toEqual({
      error: 'the kind cluster kaggle-data has no node',
      next: 'make -C knative deploy',
    });
    expect(installed(machine)).toEqual([]);
  });
});

describe('init-data, on a cluster that is there', () => {
  it('asks for the class that is given, and touches no node', () => {
    const machine = withNodes(['kaggle-data-control-plane']);
    const env = { CLUSTER: 'existing', STORAGE_CLASS: 'nfs', KUBECONFIG: '/kubeconfig' };
    expect(machine.step('init-data', env)).toMatchObject({ status: 0 });
    expect(installed(machine)).toEqual([
      expect.stringContaining('--set local.enabled=false --set-string storageClassName=nfs '),
    ]);
    expect(machine.calls().filter((call) => /^(kind|docker)/.test(call))).toEqual([]);
  });
});
