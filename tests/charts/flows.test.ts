import { describe, expect, test } from 'vitest';
import { charts, environments, hasHelm, type Rendered, useCharts } from './helm.ts';
import { workloadsOf } from './workloads.ts';

const { render } = useCharts();

type Labels = Record<string, string>;
interface Peer {
  podSelector?: { matchLabels?: Labels };
  namespaceSelector?: { matchLabels?: Labels };
  ipBlock?: object;
}
interface Rule {
  from?: Peer[];
  to?: Peer[];
  ports?: { port: number | string; protocol: string }[];
}
interface Policy {
  name: string;
  selector: Labels;
  ingress: Rule[];
  egress: Rule[];
}

const policiesOf = (objects: Rendered[]): Policy[] =>
  objects
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map(({ metadata, spec }) => ({ name: metadata.name, selector: spec.podSelector.matchLabels, ...spec }));

const selects = (selector: Labels | undefined, labels: Labels): boolean =>
  Object.entries(selector ?? {}).every(([key, value]) => labels[key] === value);

/** Peers in the release's own namespace. */
const inNamespace = (peers: Peer[] = []): Peer[] =>
  peers.filter((peer) => peer.podSelector && !peer.namespaceSelector);

/** What the operator makes of a Cluster, which Helm does not render. */
const cluster: Labels = { 'cnpg.io/cluster': 'postgres' };

function everything(environment: string, api: object = {}) {
  const objects = charts.flatMap((chart) =>
    render(chart, environment, chart === 'kaggle-data-api' ? api : {}),
  );
  const pods = workloadsOf(objects).map(({ owner, labels }) => ({ owner, labels }));
  if (objects.some(({ kind }) => kind === 'Cluster'))
    pods.push({ owner: 'Cluster/postgres', labels: cluster });
  return { policies: policiesOf(objects), pods };
}

const setups = [
  ...environments.map((name) => [name, {}] as const),
  ['local', { workloads: { api: { kind: 'deployment' } } }] as const,
];

describe.skipIf(!hasHelm)('network policies', () => {
  test.for(setups)('in %s each pod is under one policy that denies both ways: %o', ([environment, api]) => {
    const { policies, pods } = everything(environment, api);
    for (const { owner, labels } of pods) {
      const [policy, ...others] = policies.filter(({ selector }) => selects(selector, labels));
      expect(others, owner).toEqual([]);
      expect(policy, owner).toMatchObject({ policyTypes: ['Ingress', 'Egress'] });
    }
    for (const { name, ingress, egress } of policies) {
      for (const { from, to } of [...ingress, ...egress])
        expect((from ?? to)?.length, name).toBeGreaterThan(0);
    }
  });

  test.for(setups)('in %s what one pod of ours may send, the other may receive: %o', ([environment, api]) => {
    const { policies, pods } = everything(environment, api);
    const flows: string[] = [];
    for (const sender of pods) {
      const policy = policies.find(({ selector }) => selects(selector, sender.labels));
      for (const { to, ports } of policy?.egress ?? []) {
        for (const { podSelector } of inNamespace(to)) {
          const receivers = pods.filter(({ labels }) => selects(podSelector?.matchLabels, labels));
          for (const receiver of receivers) {
            const accepting = policies.find(({ selector }) => selects(selector, receiver.labels));
            for (const { port } of ports ?? [{ port: 'any' }]) {
              const accepted = accepting?.ingress.some(
                (rule) =>
                  inNamespace(rule.from).some((peer) =>
                    selects(peer.podSelector?.matchLabels, sender.labels),
                  ) && rule.ports?.some((open) => open.port === port),
              );
              expect(accepted, `${sender.owner} to ${receiver.owner}:${port}`).toBe(true);
              flows.push(
                `${sender.labels['app.kubernetes.io/component'] ?? 'database'} > ${receiver.labels['app.kubernetes.io/component'] ?? 'database'}:${port}`,
              );
            }
          }
        }
      }
    }
    expect(flows.toSorted()).toMatchSnapshot();
  });

  test.for(environments)('in %s a pod without labels reaches neither database nor cache', (environment) => {
    const { policies } = everything(environment);
    for (const { name, ingress } of policies) {
      for (const peer of ingress.flatMap(({ from }) => inNamespace(from))) {
        expect(selects(peer.podSelector?.matchLabels, {}), name).toBe(false);
      }
    }
  });

  test('names are resolved where the values say, by all that resolve any', () => {
    const dns = { openshift: true, addresses: ['169.254.20.10/32', '10.96.0.10/32'] };
    const values = { networkPolicy: { dns } };
    for (const chart of ['kaggle-data-api', 'fetch-kaggle', 'postgres', 'valkey']) {
      for (const { name, egress } of policiesOf(render(chart, 'local', values))) {
        const text = JSON.stringify(egress);
        const resolves = text.includes('kube-dns');
        expect(resolves, name).toBe(!['postgres', 'valkey'].includes(name));
        for (const word of ['169.254.20.10/32', '10.96.0.10/32', 'openshift-dns', '5353'])
          expect(text.includes(word), `${name}: ${word}`).toBe(resolves);
      }
    }
    expect(JSON.stringify(policiesOf(render('fetch-kaggle', 'local')))).not.toMatch(/openshift|169\.254\.20/);
  });

  test('in Knative mode the port of the container is open to nobody', () => {
    const { policies } = everything('production');
    const api = policies.find(({ name }) => name === 'kaggle-data-api');
    expect(api?.ingress.flatMap(({ ports = [] }) => ports.map(({ port }) => port)).toSorted()).toEqual([
      8012, 8012, 8013, 8013, 8112, 8112, 9090, 9464,
    ]);
  });

  test('the job reaches Kaggle, and no private address by that way', () => {
    const { policies } = everything('production');
    const job = policies.find(({ name }) => name === 'fetch-kaggle');
    const outside = job?.egress.filter(({ to }) => to?.some((peer) => peer.ipBlock));
    expect(outside).toEqual([
      {
        to: [
          {
            ipBlock: {
              cidr: '0.0.0.0/0',
              except: expect.arrayContaining([
                '10.0.0.0/8',
                '169.254.0.0/16',
                '172.16.0.0/12',
                '192.168.0.0/16',
              ]),
            },
          },
          { ipBlock: { cidr: '::/0', except: ['fc00::/7', 'fe80::/10'] } },
        ],
        ports: [{ port: 443, protocol: 'TCP' }],
      },
    ]);
  });
});
