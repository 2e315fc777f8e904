import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { charts, environments, hasHelm, type Rendered, useCharts } from './helm.ts';

const { render } = useCharts();

/**
 * What Kubernetes does not let an upgrade change, as the last released charts have it. A difference here means that
 * `helm upgrade` fails for everybody who installed them, or loses their data: change the chart back. What a release adds
 * is added by hand.
 */
const released: Record<string, unknown> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'immutable.json'), 'utf8'),
);

function immutableOf({ kind, metadata, spec }: Rendered): Record<string, unknown> {
  const name = `${kind}/${metadata.name}`;
  switch (kind) {
    case 'Deployment':
      return { [name]: spec.selector };
    case 'StatefulSet':
      return {
        [name]: { selector: spec.selector, serviceName: spec.serviceName, claims: spec.volumeClaimTemplates },
      };
    case 'PersistentVolumeClaim':
      return {
        [name]: { accessModes: spec.accessModes, class: spec.storageClassName, volume: spec.volumeName },
      };
    case 'PersistentVolume':
      return { [name]: { hostPath: spec.hostPath, claimRef: spec.claimRef } };
    case 'CronJob':
    case 'Cluster':
    case 'Secret':
      return { [name]: {} };
    case 'Service':
      return spec.template ? { [name]: 'Knative' } : { [name]: spec.selector };
    default:
      return {};
  }
}

describe.skipIf(!hasHelm)('an upgrade from the last release', () => {
  const installed = charts.flatMap((chart) =>
    environments.map((environment) => [chart, environment] as const),
  );

  test.for(installed)('of %s in %s keeps names, selectors and claims', ([chart, environment], { skip }) => {
    skip(!released[`${chart} ${environment}`], 'not released yet');
    const objects = render(chart, environment).filter(
      ({ metadata }) => !metadata.annotations?.['helm.sh/hook'],
    );
    expect(Object.assign({}, ...objects.map(immutableOf))).toEqual(released[`${chart} ${environment}`]);
  });
});
