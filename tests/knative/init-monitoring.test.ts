import { describe, expect, it } from 'vitest';
import { charts, useMachine } from './machine.ts';

function withCluster() {
  const machine = useMachine({ CLUSTER: 'existing', KUBECONFIG: '/kubeconfig', DEADLINE: '7' });
  for (const tool of ['kubectl', 'helm']) machine.stub(tool);
  const calls = () => machine.calls().filter((call) => /^(helm upgrade|kubectl apply)/.test(call));
  return { ...machine, changes: calls };
}

describe('init-monitoring', () => {
  it('installs the pinned charts with the values of monitoring/, then the alerts that need their types', () => {
    const machine = withCluster();
    const { status, stderr } = machine.make('init-monitoring');
    expect(status).toBe(0);
    expect(stderr.trim().split('\n')).toEqual([
      `==> installing kube-prometheus-stack ${charts['kube-prometheus-stack']} in the namespace monitoring`,
      `==> installing the OpenTelemetry Collector ${charts['opentelemetry-collector']}`,
      '==> Prometheus reads the metrics of a release that has metrics.monitor.enabled: true',
    ]);
    const changes = machine.changes();
    expect(changes).toEqual([
      expect.stringMatching(
        /^helm upgrade --install monitoring kube-prometheus-stack --repo https:\/\/prometheus-community.github.io\/helm-charts /,
      ),
      expect.stringMatching(
        /^helm upgrade --install otel-collector opentelemetry-collector --repo https:\/\/open-telemetry.github.io\/opentelemetry-helm-charts /,
      ),
      expect.stringMatching(/^kubectl apply -k \S+\/monitoring$/),
    ]);
    const installed = [
      ['kube-prometheus-stack', 'prometheus-values.yaml'],
      ['opentelemetry-collector', 'collector-values.yaml'],
    ] as const;
    for (const [n, [chart, values]] of installed.entries()) {
      expect(changes[n]).toContain(` --version ${charts[chart]} --namespace monitoring `);
      expect(changes[n]).toMatch(new RegExp(`--values \\S+/monitoring/${values} --wait --timeout 7s$`));
    }
  });

  it.for([
    [
      'helm',
      'kube-prometheus-stack',
      'the monitoring stack was not installed, see above',
      'kubectl -n monitoring get pods',
      1,
    ],
    [
      'helm',
      'otel-collector',
      'the collector was not installed, see above',
      'kubectl -n monitoring get pods',
      2,
    ],
    [
      'kubectl',
      'apply -k',
      'alerts and dashboard were not applied, see above',
      'kubectl apply -k monitoring',
      3,
    ],
  ] as const)('ends when %s does not take %s', ([tool, words, error, next, reached]) => {
    const machine = withCluster();
    machine.stub(tool, `case "$*" in *'${words}'*) echo 'Error: it is refused' >&2; exit 1 ;; esac`);
    const { status, stderr, failure } = machine.make('init-monitoring');
    expect(status).not.toBe(0);
    expect(stderr).toContain('Error: it is refused');
    expect(failure).toEqual({ error, next });
    expect(machine.changes()).toHaveLength(reached);
  });

  it('installs nothing where no cluster answers', () => {
    const machine = withCluster();
    machine.stub('kubectl', 'echo "dial tcp: connection refused" >&2; exit 1');
    expect(machine.make('init-monitoring').failure).toEqual({
      error: 'KUBECONFIG=/kubeconfig leads to no cluster that responds: dial tcp: connection refused',
      next: "set KUBECONFIG to a file with which 'kubectl get nodes' works",
    });
    expect(machine.changes()).toEqual([]);
  });
});
