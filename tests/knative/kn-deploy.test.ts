import { it } from 'vitest';
import { useMachine } from './machine.ts';

it.for([
  [
    'kaggle-data-api-00002',
    "what served before still serves; 'kn service deploy kaggle-data-api --rollback'",
  ],
  ['', null],
] as const)(
  'a deployment that fails speaks of what serves when something does (%s)',
  ([revision, said], { expect }) => {
    const machine = useMachine({ CLUSTER: 'existing', IMAGE: 'dev.local/kaggle-data-api:2' });
    machine.write('tree/helm/charts/kaggle-data-api/values-local.yaml', '');
    machine.write('tree/helm/library/common/Chart.yaml', '');
    for (const tool of ['kn', 'curl']) machine.stub(tool);
    machine.stub('helm', '[[ $1 != upgrade ]] || { echo "Error: not ready" >&2; exit 1; }');
    // A service that never became ready has an address all the same.
    machine.stub(
      'kubectl',
      `case "$*" in
         *config-features*) printf enabled ;;
         *latestReadyRevisionName*) printf '${revision}' ;;
         *'{.status.url}'*) printf http://kaggle-data-api.example.com ;;
       esac`,
    );
    const { status, stderr } = machine.bin('kn-service-deploy');
    expect(status).toBe(1);
    expect(stderr).toContain('error: kaggle-data-api was not ready');
    if (said === null) expect(stderr).not.toContain('what served before');
    else expect(stderr).toContain(said);
  },
);
