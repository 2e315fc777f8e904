import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { hasHelm, only, useCharts } from './helm.ts';

const page = readFileSync('docs/workers.md', 'utf8');
const [workers, keda] = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = '']) => parse(text));
const { render } = useCharts();

describe.skipIf(!hasHelm)('the values of docs/workers.md', () => {
  test('make one Job of three numbered pods, which its UID names', () => {
    const { spec } = only(render('fetch-kaggle', 'production', workers), 'CronJob', 'fetch-kaggle').spec
      .jobTemplate;
    expect(spec).toMatchObject({
      completionMode: 'Indexed',
      parallelism: 3,
      completions: 3,
      backoffLimit: 6,
      backoffLimitPerIndex: 1,
    });
    const { rules } = spec.podFailurePolicy;
    expect(rules.map(({ action }: { action: string }) => action)).toEqual(['Ignore', 'FailIndex', 'FailJob']);
    const [container] = spec.template.spec.containers;
    expect(container.args).toEqual(['dist/fetch-kaggle.mjs', '--run', '$(RUN)']);
    expect(container.env).toContainEqual({
      name: 'RUN',
      valueFrom: { fieldRef: { fieldPath: "metadata.labels['batch.kubernetes.io/controller-uid']" } },
    });
  });

  test('have KEDA start Jobs for syncs that wait', () => {
    const objects = render('fetch-kaggle', 'production', keda);
    const { spec } = only(objects, 'ScaledJob', 'fetch-kaggle-queued');
    expect(spec).toMatchObject({
      pollingInterval: 10,
      maxReplicaCount: 3,
      // The query does not count what runs have taken.
      scalingStrategy: { strategy: 'accurate' },
      // A release leaves Jobs alone that work.
      rollout: { strategy: 'gradual' },
    });
    // KEDA writes what is left out as empty, owns it by that, and the next release of the chart is refused.
    const { rules } = spec.jobTargetRef.podFailurePolicy;
    expect(rules[0].onPodConditions).toEqual([{ type: 'DisruptionTarget', status: 'True' }]);
    const [trigger] = spec.triggers;
    expect(trigger).toMatchObject({ name: 'queue', type: 'postgresql' });
    expect(trigger.metadata).toEqual(keda.workloads.queued.keda.triggers.queue.metadata);
    const [container] = spec.jobTargetRef.template.spec.containers;
    expect(container.args).toEqual(['dist/fetch-kaggle.mjs', '--queued']);
    expect(container.env).toContainEqual(expect.objectContaining({ name: 'DATABASE_URL' }));
  });
});
