import { describe, expect, it } from 'vitest';
import { pinnedImage, useMachine } from './machine.ts';

type Machine = ReturnType<typeof useMachine>;

const IMAGE = 'dev.local/kaggle-data-api:1b0cc9c89b3d';

/** A cluster of two nodes, of which so many have the image. */
function nodes(machine: Machine, having: number): Machine {
  const names = Array(having).fill(`echo '["docker.io/library/other:1","${IMAGE}"]'`);
  machine.stub(
    'kubectl',
    `case "$*" in
       'get nodes -o name') echo node/a; echo node/b ;;
       *images*) echo '["${IMAGE}0"]'; ${names.join('; ') || ':'} ;;
     esac`,
  );
  for (const tool of ['docker', 'kind']) machine.stub(tool);
  return machine;
}
const deliver = (machine: Machine, env?: Record<string, string>) =>
  machine.shell(['image'], `deliver ${IMAGE}`, env);
const carried = (machine: Machine) => machine.calls().filter((call) => !call.startsWith('kubectl'));

describe('an image', () => {
  it('that every node has is not carried again', () => {
    const machine = nodes(useMachine(), 2);
    expect(deliver(machine)).toMatchObject({ status: 0, stderr: '' });
    expect(carried(machine)).toEqual([]);
  });

  it.for([0, 1])('that %i of two nodes have is loaded by kind', (having) => {
    const machine = nodes(useMachine(), having);
    expect(deliver(machine)).toMatchObject({ status: 0, stderr: `==> loading ${IMAGE}\n` });
    expect(carried(machine)).toEqual([`kind load docker-image --name kaggle-data ${IMAGE}`]);
  });

  it('goes to the registry that is given, whatever the nodes have', () => {
    const machine = nodes(useMachine(), 2);
    expect(deliver(machine, { REGISTRY: 'registry.example.com/team' }).status).toBe(0);
    expect(carried(machine)).toEqual([`docker push --quiet ${IMAGE}`]);
  });

  it('goes to the command that is given, as docker save writes it', () => {
    const machine = nodes(useMachine(), 0);
    machine.stub('docker', '[ "$1" != save ] || printf "layers of $2"');
    const loader = 'cat >loaded';
    expect(deliver(machine, { IMAGE_LOADER: loader }).status).toBe(0);
    expect(machine.read('tree/loaded')).toBe(`layers of ${IMAGE}`);
  });
});

describe('an image that does not arrive', () => {
  it.for([
    ['kind', {}, `kind does not load ${IMAGE}`, `kind load docker-image --name kaggle-data ${IMAGE}`],
    [
      'docker',
      { REGISTRY: 'registry.example.com/team' },
      'registry.example.com/team does not take the image',
      'docker login registry.example.com',
    ],
    ['none', { IMAGE_LOADER: 'exit 3' }, 'IMAGE_LOADER failed: exit 3', `docker save ${IMAGE} | exit 3`],
    [
      'none',
      { CLUSTER: 'existing' },
      'there is no way to bring the image to this cluster',
      "make -C knative CLUSTER=existing REGISTRY=registry.example.com/team app (or IMAGE_LOADER='command that reads docker save')",
    ],
  ] as const)('for %s, %o', ([refusing, env, error, next]) => {
    const machine = nodes(useMachine(), 0);
    machine.stub(refusing, 'echo "ERROR: it is refused" >&2; exit 1');
    expect(deliver(machine, env)).toMatchObject({ status: 1, failure: { error, next } });
  });

  it('because nobody has it: nothing is installed', () => {
    const machine = useMachine();
    machine.write('home/kaggle-data-api/kaggle-data.kubeconfig', 'kubeconfig');
    for (const tool of ['kubectl', 'helm']) machine.stub(tool);
    machine.stub('docker', 'exit 1');
    expect(machine.step('init-postgres')).toMatchObject({
      status: 1,
      failure: {
        error: `the image ${pinnedImage('postgres')} is not here and cannot be pulled`,
        next: `docker pull ${pinnedImage('postgres')}`,
      },
    });
    expect(machine.calls().filter((call) => call.startsWith('helm'))).toEqual([]);
  });
});
