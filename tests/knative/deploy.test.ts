import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { components, pinnedImage, useMachine } from './machine.ts';

type Machine = ReturnType<typeof useMachine>;

const serving = components['knative-serving'];
const kourier = components['knative-kourier'];
const MANIFESTS = `home/kaggle-data-api/manifests/${serving}-${kourier}`;
const ADDRESSES: Record<string, string> = {
  'serving-crds': `https://github.com/knative/serving/releases/download/knative-v${serving}/serving-crds.yaml`,
  'serving-core': `https://github.com/knative/serving/releases/download/knative-v${serving}/serving-core.yaml`,
  kourier: `https://github.com/knative-extensions/net-kourier/releases/download/knative-v${kourier}/kourier.yaml`,
};
const ENVOY = `
        - name: kourier-gateway
          image: docker.io/envoyproxy/envoy:v1.37-latest
          imagePullPolicy: Always
`;

/** Manifests that were downloaded before, and a cluster that takes everything. */
function withManifests(machine: Machine, kourierManifest = ENVOY): Machine {
  const texts: Record<string, string> = {
    'serving-crds': 'crds',
    'serving-core': 'core',
    kourier: kourierManifest,
  };
  const sums = Object.entries(texts).map(([name, text]) => {
    machine.write(`${MANIFESTS}/${name}.yaml`, text);
    return `${createHash('sha256').update(text).digest('hex')}  ${ADDRESSES[name]}\n`;
  });
  machine.write('tree/knative/checksums.txt', sums.join(''));
  for (const tool of ['kubectl', 'helm', 'curl']) machine.stub(tool);
  return machine;
}

const existing = (manifest?: string) =>
  withManifests(
    useMachine({ CLUSTER: 'existing', INSTALL_KNATIVE: 'yes', KUBECONFIG: '/kubeconfig' }),
    manifest,
  );
/** What was applied and waited for, in that order. */
const steps = (machine: Machine) =>
  machine.calls().flatMap((call) => {
    if (call.startsWith('kubectl apply ')) return call.match(/[\w-]+\.yaml/g)?.join(' ') ?? call;
    return (
      /^kubectl(?: -n (\S+))? wait --for=condition=(\w+) /.exec(call)?.slice(1).filter(Boolean).join(' ') ??
      []
    );
  });

describe('deploy', () => {
  it('installs Knative in the order that it needs, then its configuration and the ingress', () => {
    const machine = existing();
    const { status, stderr } = machine.step('deploy');
    expect(status).toBe(0);
    expect(steps(machine)).toEqual([
      'serving-crds.yaml',
      'Established',
      'serving-core.yaml',
      'kourier-pinned.yaml',
      'knative-serving Available',
      'kourier-system Available',
      'config-network.yaml config-domain.yaml config-features.yaml',
      'kourier-ingress.yaml',
    ]);
    expect(stderr.trim().split('\n')).toEqual([
      `==> applying Knative Serving ${serving} and Kourier ${kourier}`,
      '==> waiting for the deployments of knative-serving',
      '==> waiting for the deployments of kourier-system',
      '==> Knative is ready. Next: make -C knative app',
    ]);
  });

  it('applies everything server-side, the configuration by a manager of its own', () => {
    const machine = existing();
    machine.step('deploy');
    const applied = machine.calls().filter((call) => call.startsWith('kubectl apply '));
    for (const call of applied) expect(call).toMatch(/^kubectl apply --server-side --force-conflicts /);
    const own = applied.filter((call) => call.includes('--field-manager='));
    expect(own).toEqual([expect.stringMatching(/--field-manager=kaggle-data .*config-network\.yaml/)]);
  });

  it.for([
    ENVOY,
    ENVOY.replace('docker.io/', ''),
    ENVOY.replace('docker.io/envoyproxy/envoy:v1.37-latest', '"$&"'),
  ])('takes the pinned Envoy instead of a tag that moves: %j', (manifest) => {
    const machine = existing(manifest);
    expect(machine.step('deploy').status).toBe(0);
    const wanted = manifest.replace(/(docker\.io\/)?envoyproxy\/envoy:v1\.37-latest/, pinnedImage('envoy'));
    expect(machine.read(`${MANIFESTS}/kourier-pinned.yaml`)).toBe(wanted);
    expect(wanted).toContain(pinnedImage('envoy'));
  });

  it('applies nothing when the release has no Envoy to pin', () => {
    const machine = existing('image: example.com/another-proxy:v1\n');
    const { status, failure } = machine.step('deploy');
    expect(status).toBe(1);
    expect(failure?.error).toMatch(/kourier\.yaml names no image of Envoy to pin$/);
    expect(steps(machine)).toEqual([]);
  });

  it('changes nothing of a cluster that has Knative, unless told so', () => {
    const machine = existing();
    machine.stub('kubectl', 'case "$*" in *config-features*) printf enabled ;; esac');
    const { status, stderr } = machine.step('deploy', { INSTALL_KNATIVE: 'no' });
    expect(status).toBe(0);
    expect(stderr).toContain('nothing of it is changed (INSTALL_KNATIVE=yes does)');
    expect(steps(machine)).toEqual([]);
  });
});

describe('deploy, when the cluster refuses', () => {
  /** A command of kubectl that fails: its words, what it says, the sentence, the next command. */
  it.for([
    [
      'serving-crds.yaml',
      'Error from server (Forbidden)',
      /^serving-crds.yaml is not applied, see above$/,
      /-f \S+crds.yaml$/,
    ],
    [
      'condition=Established',
      'timed out',
      /^Knative's resource types are not established after 1 s$/,
      /get crd/,
    ],
    [
      'serving-core.yaml',
      'no matches for kind',
      /^serving-core.yaml is not applied, see above$/,
      /-f \S+core.yaml$/,
    ],
    [
      'knative-serving wait',
      'timed out',
      /^knative-serving is not available after 1 s$/,
      /-n knative-serving get pods$/,
    ],
    [
      'kourier-system wait',
      'timed out',
      /^kourier-system is not available after 1 s$/,
      /-n kourier-system get pods$/,
    ],
    ['config-network', 'denied the request', /^Knative's configuration is refused$/, /config-network.yaml$/],
    [
      'kourier-ingress',
      'port is already allocated',
      /^kourier-ingress.yaml is not applied, see above$/,
      /ingress.yaml$/,
    ],
  ] as const)('%s', ([words, says, error, next]) => {
    const machine = existing();
    machine.stub('kubectl', `case "$*" in *'${words}'*) echo '${says}' >&2; exit 1 ;; esac`);
    const { status, stderr, failure } = machine.step('deploy');
    expect(status).toBe(1);
    expect(failure).toEqual({ error: expect.stringMatching(error), next: expect.stringMatching(next) });
    if (words !== 'config-network') expect(stderr).toContain(says);
    expect(stderr).not.toContain('Knative is ready');
  });

  it('shows why the pods of Knative do not start', () => {
    const machine = existing();
    machine.stub(
      'kubectl',
      `case "$*" in
         *'knative-serving wait'*) exit 1 ;;
         '-n knative-serving get pods'*) echo '  pod/activator is waiting: ImagePullBackOff' ;;
       esac`,
    );
    expect(machine.step('deploy').stderr).toContain('pod/activator is waiting: ImagePullBackOff');
  });

  it('goes on once the webhooks of an interrupted installation answer', () => {
    const machine = existing();
    machine.stub(
      'kubectl',
      `case "$*" in *'apply'*'serving-core'* | *'apply'*'config-network'*)
         asked=$M/asked-\${#*}
         [ -f "$asked" ] || { touch "$asked"; echo 'failed calling webhook "config.webhook.serving.knative.dev"' >&2; exit 1; }
       esac`,
    );
    expect(machine.step('deploy', { DEADLINE: '20' }).status).toBe(0);
    expect(steps(machine).filter((step) => step === 'serving-core.yaml')).toHaveLength(2);
    expect(steps(machine).filter((step) => step.startsWith('config-network'))).toHaveLength(2);
  });
});

describe('deploy, on kind', () => {
  const onKind = (curl: string) => {
    const machine = withManifests(useMachine({ INGRESS_PORT: '8099' }));
    machine.stub('docker');
    machine.stub(
      'kind',
      '[ "$1" = create ] || exit 0; for word; do case $word in *.kubeconfig) echo made >"$word" ;; esac; done',
    );
    machine.stub('curl', curl);
    return machine;
  };

  it('makes the cluster first and ends when Kourier answers at the port of this machine', () => {
    const machine = onKind('');
    expect(machine.step('deploy')).toMatchObject({ status: 0, failure: null });
    const order = machine.calls().filter((call) => /^(kind create|kubectl apply|curl)/.test(call));
    expect(order[0]).toMatch(/^kind create cluster /);
    expect(order.at(-1)).toBe('curl -s -o /dev/null http://127.0.0.1:8099');
  });

  it('says so when Kourier does not respond', () => {
    const { status, failure } = onKind('exit 7').step('deploy');
    expect(status).toBe(1);
    expect(failure).toEqual({
      error: 'Kourier does not respond at http://127.0.0.1:8099',
      next: 'kubectl -n kourier-system get pods; eval "$(make -s -C knative env)"',
    });
  });
});
