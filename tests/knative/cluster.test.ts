import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useMachine } from './machine.ts';

describe('make help', () => {
  it('names every target, with what it does', () => {
    const makefile = readFileSync(resolve(import.meta.dirname, '../../knative/Makefile'), 'utf8');
    const targets = ['help', ...(/^steps := (.*)$/m.exec(makefile)?.[1]?.split(' ') ?? [])];
    expect(targets.length).toBeGreaterThan(10);
    const { status, stdout } = useMachine().make();
    expect(status).toBe(0);
    for (const target of targets) expect(stdout).toMatch(new RegExp(`^  ${target} +\\S`, 'm'));
  });
});

describe('a step', () => {
  const withTools = (env: Record<string, string> = {}) => {
    const machine = useMachine(env);
    for (const tool of ['kubectl', 'helm']) machine.stub(tool);
    return machine;
  };

  it('knows two kinds of cluster', () => {
    expect(withTools({ CLUSTER: 'minikube' }).step('status').failure).toEqual({
      error: 'CLUSTER=minikube is neither kind nor existing',
      next: 'make -C knative help',
    });
  });

  it('before kind has made a cluster asks nobody', () => {
    const machine = withTools();
    const { status, failure } = machine.step('namespace');
    expect(status).toBe(1);
    expect(failure).toEqual({
      error: 'there is no kind cluster named kaggle-data',
      next: 'make -C knative deploy',
    });
    expect(machine.calls()).toEqual([]);
  });

  it('says when the kind cluster is there and does not answer', () => {
    const machine = withTools({ KIND_NAME: 'other' });
    machine.write('home/kaggle-data-api/other.kubeconfig', 'kubeconfig');
    machine.stub('kubectl', 'echo "Client Version: v1"; echo "The connection was refused" >&2; exit 1');
    expect(machine.step('namespace').failure).toEqual({
      error: 'the kind cluster other does not respond: The connection was refused',
      next: 'make -C knative deploy',
    });
  });

  it('env gives a shell the kind cluster, its address and the programs', () => {
    const machine = withTools({ INGRESS_PORT: '8099' });
    machine.write('home/kaggle-data-api/kaggle-data.kubeconfig', 'kubeconfig');
    const { stdout } = machine.shell(
      [],
      `unset KUBECONFIG INGRESS_URL; eval "$(knative/steps/env)"; echo "$KUBECONFIG $INGRESS_URL $CLUSTER \${PATH%%:*}"`,
    );
    expect(stdout).toBe(
      `${machine.state}/kaggle-data.kubeconfig http://127.0.0.1:8099 kind ${machine.state}/bin\n`,
    );
  });
});
