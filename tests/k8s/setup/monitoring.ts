import { afterAll, beforeAll } from 'vitest';
import { hasCluster, label } from './cluster.ts';
import { removeNamespace } from './remove-namespace.ts';
import { outcomeOf, run } from './run.ts';
import { toolsIn } from './tools.ts';

const NAME = 'monitoring';
/** The name of the pod that stands for it. */
export const PROMETHEUS = `kaggle-test-prometheus-${process.pid}`;

/** The namespace that policies name. One that is there already stays. */
export function useMonitoring() {
  const tools = toolsIn(NAME);
  let ours = false;
  if (hasCluster) {
    beforeAll(async () => {
      ours = (await outcomeOf('kubectl', ['create', 'namespace', NAME])).code === 0;
      if (ours) await run('kubectl', ['label', 'namespace', NAME, label]);
    });
    afterAll(async () => {
      if (ours) return removeNamespace(NAME);
      await tools.kubectl('delete', 'pod', PROMETHEUS, '--ignore-not-found', '--grace-period=1');
    }, 120_000);
  }
  return tools;
}
