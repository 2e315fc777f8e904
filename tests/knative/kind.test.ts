import { describe, expect, it } from 'vitest';
import { pinnedImage, useMachine } from './machine.ts';

type Machine = ReturnType<typeof useMachine>;

const KUBECONFIG = 'home/kaggle-data-api/kaggle-data.kubeconfig';
const CREATE = /^kind create cluster /;
const DELETE = /^kind delete cluster --name kaggle-data /;

/** kind with clusters as files of `$M`; `export` fails unless the machine has `answers`, as for a node without one. */
function kind(machine: Machine, create = ''): void {
  machine.stub(
    'kind',
    `while [ $# -gt 0 ]; do
       case $1 in --kubeconfig) kubeconfig=$2; shift ;; --config) config=$2; shift ;; *) words="$words $1" ;; esac
       shift
     done
     case $words in
       ' get clusters') echo kaggle; [ ! -f "$M/cluster" ] || echo kaggle-data; echo kaggle-data-2 ;;
       ' get nodes'*) [ ! -f "$M/cluster" ] || echo kaggle-data-control-plane ;;
       ' export kubeconfig'*) [ -f "$M/answers" ] || { echo 'ERROR: could not find a control plane' >&2; exit 1; }
         echo fresh >"$kubeconfig" ;;
       ' delete cluster'*) rm -f "$M/cluster" "$kubeconfig" ;;
       ' create cluster'*) cp "$config" "$M/config"; [ ! -e "$kubeconfig" ] || touch "$M/stale"
         ${create}
         touch "$M/cluster"; echo made >"$kubeconfig" ;;
     esac`,
  );
  machine.stub('docker');
}

/** A node whose API server answers, but without what the named word of kubectl asks for. */
const kubectl = (machine: Machine, missing = 'nothing') =>
  machine.stub('kubectl', `case "$*" in *${missing}*) exit 1 ;; esac`);

const make = (machine: Machine, env?: Record<string, string>) =>
  machine.shell(['cluster', 'fetch', 'kind'], 'make_kind_cluster', env);
const kindCalls = (machine: Machine) => machine.calls().filter((call) => /create|delete/.test(call));

describe('a kind cluster', () => {
  it('is made of the pinned node image, with the port asked for and a kubeconfig of its own', () => {
    const machine = useMachine({ INGRESS_PORT: '8099', DEADLINE: '7' });
    kind(machine);
    kubectl(machine);
    const { status, stderr } = make(machine);
    expect(status).toBe(0);
    expect(stderr).toBe(`==> making the kind cluster kaggle-data from ${pinnedImage('kind-node')}\n`);
    const created = machine.calls().find((call) => CREATE.test(call));
    expect(created).toContain(`--image ${pinnedImage('kind-node')} --config `);
    expect(created).toContain(`--kubeconfig ${machine.state}/kaggle-data.kubeconfig`);
    expect(created).toMatch(/ --wait 7s$/);
    expect(machine.read('config')).toContain('hostPort: 8099');
    expect(machine.calls().some((call) => DELETE.test(call))).toBe(false);
  });

  it('is made of the next version of Kubernetes when KIND_IMAGE says so', () => {
    const machine = useMachine();
    kind(machine);
    make(machine, { KIND_IMAGE: 'kind-node-next' });
    expect(machine.calls().join('\n')).toContain(` --image ${pinnedImage('kind-node-next')} `);
  });

  it('that answers is taken as it is, its nodes started, the kubeconfig written anew', () => {
    const machine = useMachine();
    kind(machine);
    kubectl(machine);
    machine.write('cluster', '');
    machine.write('answers', '');
    for (const _ of ['with a kubeconfig or without', 'with one']) {
      expect(make(machine)).toMatchObject({ status: 0, stderr: '' });
      expect(machine.read(KUBECONFIG)).toBe('fresh\n');
    }
    expect(kindCalls(machine)).toEqual([]);
    expect(machine.calls()).toContain('docker start kaggle-data-control-plane');
  });
});

describe('a kind cluster whose making was interrupted', () => {
  it.for([
    ['before its API server', 'nothing', false],
    ['while its API server starts', 'readyz', true],
    ['before its network', 'condition=Ready', true],
    ['before its storage class', 'storageclass', true],
  ] as const)('%s is removed and made anew', ([, missing, answers]) => {
    const machine = useMachine();
    kind(machine);
    kubectl(machine, missing);
    machine.write('cluster', '');
    if (answers) machine.write('answers', '');
    const { status, stderr } = make(machine);
    expect(status).toBe(0);
    expect(stderr).toContain(
      '==> the cluster kaggle-data is incomplete, because an earlier run was interrupted. Making it again\n',
    );
    expect(kindCalls(machine)).toEqual([expect.stringMatching(DELETE), expect.stringMatching(CREATE)]);
    expect(machine.read(KUBECONFIG)).toBe('made\n');
    expect(machine.exists(`${KUBECONFIG}.part`)).toBe(false);
  });

  it('and that cannot be removed is named', () => {
    const machine = useMachine();
    kind(machine);
    machine.stub(
      'kind',
      `case "$*" in
         'get clusters') echo kaggle-data ;;
         *) echo 'ERROR: failed to delete cluster "kaggle-data": permission denied' >&2; exit 1 ;;
       esac`,
    );
    const { status, failure } = make(machine);
    expect(status).toBe(1);
    expect(failure).toEqual({
      error:
        'the cluster kaggle-data is half made and cannot be removed: ' +
        'ERROR: failed to delete cluster "kaggle-data": permission denied',
      next: 'make -C knative clean deploy',
    });
    expect(kindCalls(machine)).toEqual([expect.stringMatching(DELETE)]);
  });

  it('after an older one was removed is not taken for that one', () => {
    const machine = useMachine();
    kind(machine);
    machine.write(KUBECONFIG, 'of the cluster before');
    expect(make(machine).status).toBe(0);
    expect(machine.exists('stale')).toBe(false);
  });
});

describe('a kind cluster that was whole once', () => {
  it('and does not answer is never removed, for its data', () => {
    const machine = useMachine();
    kind(machine);
    kubectl(machine, 'readyz');
    for (const file of ['cluster', 'answers', KUBECONFIG]) machine.write(file, 'of that time');
    const { status, failure } = make(machine);
    expect(status).toBe(1);
    expect(failure?.error).toBe('the kind cluster kaggle-data does not respond after 1 s');
    expect(failure?.next).toMatch(/^docker ps --all .*kaggle-data; or .*: make -C knative clean deploy$/);
    expect(kindCalls(machine)).toEqual([]);
    expect(machine.read(KUBECONFIG)).toBe('of that time');
  });
});

describe('kind that refuses', () => {
  it.for([
    [
      'ERROR: failed to create cluster: failed to pull image "kindest/node:v1.35.8": command "docker pull kindest/node:v1.35.8" failed with error: exit status 1',
      'the node image cannot be pulled',
      `docker pull ${pinnedImage('kind-node')}`,
    ],
    [
      'docker: Error response from daemon: driver failed programming external connectivity on endpoint kaggle-data-control-plane: Bind for 127.0.0.1:8085 failed: port is already allocated.',
      'port 8085 of this machine is taken',
      'make -C knative INGRESS_PORT=8086 deploy app',
    ],
    [
      'docker: Error response from daemon: failed to set up container networking: failed to bind host port for 127.0.0.1:8085:172.18.0.2:31080/tcp: address already in use',
      'port 8085 of this machine is taken',
      'make -C knative INGRESS_PORT=8086 deploy app',
    ],
    [
      'ERROR: failed to create cluster: failed to init node with kubeadm',
      'kind did not make the cluster',
      'make -C knative clean deploy',
    ],
  ] as const)('%s', ([answer, error, next]) => {
    const machine = useMachine({ INGRESS_PORT: '8085' });
    kind(machine, `echo '${answer}' >&2; exit 1`);
    const { status, stderr, failure } = make(machine);
    expect(status).toBe(1);
    expect(stderr).toContain(`${answer}\n`);
    expect(failure).toEqual({ error, next });
  });
});
