import { describe, expect, it } from 'vitest';
import { useMachine } from './machine.ts';

const STATE = 'home/kaggle-data-api';

describe('make clean, of a kind cluster', () => {
  it('removes it with its kubeconfig and key, and keeps what was downloaded', () => {
    const machine = useMachine();
    machine.stub('kind');
    machine.write(`${STATE}/kaggle-data.kubeconfig`, 'kubeconfig');
    machine.write(`${STATE}/kaggle-data.encryption/config.yaml`, 'key');
    machine.write(`${STATE}/kaggle-data-2.kubeconfig`, 'of another cluster');
    machine.write(`${STATE}/downloads/kubectl`, 'program');
    expect(machine.make('clean')).toMatchObject({ status: 0, failure: null });
    expect(machine.calls()).toEqual([
      `kind delete cluster --name kaggle-data --kubeconfig ${machine.state}/kaggle-data.kubeconfig`,
    ]);
    expect(machine.exists(`${STATE}/kaggle-data.kubeconfig`)).toBe(false);
    expect(machine.exists(`${STATE}/kaggle-data.encryption`)).toBe(false);
    expect(machine.exists(`${STATE}/kaggle-data-2.kubeconfig`)).toBe(true);
    expect(machine.exists(`${STATE}/downloads/kubectl`)).toBe(true);
  });

  it('keeps kubeconfig and key of one that kind does not remove', () => {
    const machine = useMachine();
    machine.stub('kind', 'echo "ERROR: Cannot connect to the Docker daemon" >&2; exit 1');
    machine.write(`${STATE}/kaggle-data.encryption/config.yaml`, 'key');
    const { status, stderr, failure } = machine.make('clean');
    expect(status).not.toBe(0);
    expect(stderr).toContain('Cannot connect to the Docker daemon');
    expect(failure).toEqual({
      error: 'the kind cluster kaggle-data is not removed, see above',
      next: 'docker info, then: make -C knative clean',
    });
    expect(machine.exists(`${STATE}/kaggle-data.encryption/config.yaml`)).toBe(true);
  });

  it('without kind says how to get it', () => {
    expect(useMachine().make('clean').failure).toEqual({
      error: 'kind is not installed',
      next: 'make -C knative setup CLUSTER=kind',
    });
  });
});
