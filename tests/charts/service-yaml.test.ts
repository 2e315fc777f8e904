import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { hasHelm, useCharts } from './helm.ts';

const HEADER = `# The API as a plain Knative Service: kn service apply -f knative/service.yaml
# It expects the Secret postgres-api and the claim kaggle-data-pvc in its namespace (make -C knative init-postgres init-data)
# and a migrated database; an image of its own is given with --image.
# Made of helm/charts/kaggle-data-api: npx vitest run tests/charts/service-yaml.test.ts --update
`;

describe.skipIf(!hasHelm)('knative/service.yaml', () => {
  const { render } = useCharts();

  it('is what the chart makes', async () => {
    const values = {
      serviceAccount: { create: false },
      workloads: { migrate: null },
      networkPolicy: { enabled: false },
    };
    const objects = render('kaggle-data-api', 'local', values, '--namespace', 'kaggle-data');
    const service = objects.find(({ kind }) => kind === 'Service');
    const byHelm = ['helm.sh/chart', 'app.kubernetes.io/managed-by'];
    for (const label of byHelm) delete service?.metadata.labels?.[label];
    await expect(HEADER + stringify(service, { version: '1.1' })).toMatchFileSnapshot(
      '../../knative/service.yaml',
    );
  });
});
