import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { charts, environments, hasHelm, only, parse, type Rendered, useCharts } from './helm.ts';
import { workloadsOf } from './workloads.ts';

const { folder, render, run } = useCharts();

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

  /** What people installed 0.1 with, which `helm upgrade --reset-then-reuse-values` keeps. */
  const kept: Record<string, object> = JSON.parse(
    readFileSync(join(import.meta.dirname, 'released-values.json'), 'utf8'),
  );
  const withKept = (chart: string, environment: string) => {
    const file = join(folder, `../kept-${chart}-${environment}.json`);
    writeFileSync(file, JSON.stringify(kept[`${chart} ${environment}`]));
    const { ok, stdout, stderr } = run('template', chart, join(folder, chart), '--values', file);
    if (!ok) throw new Error(stderr);
    return parse(stdout);
  };
  const inRelease = ({ metadata }: Rendered) => !metadata.annotations?.['helm.sh/hook'];

  test.for(Object.keys(kept))(
    'of %s with the values of then keeps them too, and makes the same pods',
    (name) => {
      const [chart = '', environment = ''] = name.split(' ');
      const before = withKept(chart, environment);
      expect(Object.assign({}, ...before.filter(inRelease).map(immutableOf))).toEqual(released[name]);
      expect(workloadsOf(before)).toEqual(workloadsOf(render(chart, environment)));
    },
  );

  test('of an installation that changed what has moved keeps the change', () => {
    const local = withKept('fetch-kaggle', 'local');
    expect(only(local, 'CronJob', 'fetch-kaggle-queued').spec.suspend).toBe(true);
    expect(only(local, 'CronJob', 'fetch-kaggle').spec.suspend).toBe(false);
    const production = withKept('fetch-kaggle', 'production');
    expect(only(production, 'CronJob', 'fetch-kaggle').spec.schedule).toBe('30 1 * * *');
    expect(only(production, 'CronJob', 'fetch-kaggle-queued').spec.schedule).toBe('*/5 * * * *');
  });
});
