import { describe, expect, it } from 'vitest';
import { useMachine } from './machine.ts';

const ID = '1b0cc9c89b3d'.padEnd(64, '0');
const BUILT = 'dev.local/kaggle-data-api:1b0cc9c89b3d';

/** A kind cluster with Knative, whose node does not tell yet what was loaded a moment ago. */
function withKnative() {
  const machine = useMachine();
  for (const chart of ['kaggle-data-api', 'fetch-kaggle'])
    machine.write(`tree/helm/charts/${chart}/values-local.yaml`, '');
  machine.write('tree/helm/library/common/Chart.yaml', '');
  machine.write('home/kaggle-data-api/kaggle-data.kubeconfig', 'kubeconfig');
  for (const tool of ['helm', 'kind', 'curl']) machine.stub(tool);
  machine.stub(
    'kubectl',
    `case "$*" in
       *config-features*) printf enabled ;;
       *'get ksvc kaggle-data-api'*) printf http://kaggle-data-api.example.com ;;
       'get nodes -o name') echo node/a ;;
     esac`,
  );
  machine.stub(
    'docker',
    `while [ $# -gt 0 ]; do [ "$1" != --iidfile ] || printf 'sha256:${ID}' >"$2"; shift; done`,
  );
  const calls = (pattern: RegExp) => machine.calls().filter((call) => pattern.test(call));
  return { ...machine, matching: calls };
}

describe('app', () => {
  it('builds the image, loads it once, installs API and job with it, and asks the API', () => {
    const machine = withKnative();
    const { status, stdout } = machine.step('app');
    expect(status).toBe(0);
    expect(machine.matching(/^kind load /)).toEqual([`kind load docker-image --name kaggle-data ${BUILT}`]);
    const installed = machine.matching(/^helm upgrade --install /);
    expect(installed.map((call) => call.split(' ')[3])).toEqual(['kaggle-data-api', 'fetch-kaggle']);
    for (const call of installed)
      expect(call).toContain('image.repository=dev.local/kaggle-data-api,image.tag=1b0cc9c89b3d,');
    expect(machine.matching(/^curl /)).toEqual([
      expect.stringMatching(/-H Host: kaggle-data-api\.example\.com http:\/\/127\.0\.0\.1:8080\/datasets$/),
    ]);
    expect(stdout).toBe('curl -H "Host: kaggle-data-api.example.com" http://127.0.0.1:8080/datasets\n');
  });

  it.for([
    ['dev.local/kaggle-data-api:2', 1],
    ['registry.example.com/team/kaggle-data-api:2', 0],
  ] as const)('takes %s as it is, loaded %i times', ([image, times]) => {
    const machine = withKnative();
    expect(machine.step('app', { IMAGE: image }).status).toBe(0);
    expect(machine.matching(/^kind load /)).toHaveLength(times);
    expect(machine.matching(/^docker build/)).toEqual([]);
  });
});
