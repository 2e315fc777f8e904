import { describe, expect, test } from 'vitest';
import { hasHelm, only, useCharts } from './helm.ts';

const { render, template } = useCharts();

const mirror = (values: object) => render('fetch-kaggle', 'local', values);
const resourcesOf = (values: object, name: string) =>
  only(mirror(values), 'CronJob', name).spec.jobTemplate.spec.template.spec.containers[0].resources;

describe.skipIf(!hasHelm)('resources', () => {
  test('are those of the profile, with what the values say over them', () => {
    expect(resourcesOf({ profile: 'tiny' }, 'fetch-kaggle')).toEqual({
      requests: { cpu: '10m', memory: '32Mi' },
      limits: { memory: '64Mi' },
    });
    expect(resourcesOf({ profile: 'tiny', resources: { requests: { cpu: '1' } } }, 'fetch-kaggle')).toEqual({
      requests: { cpu: '1', memory: '32Mi' },
      limits: { memory: '64Mi' },
    });
  });

  test('of a workload are those of its own profile, not what stands outside', () => {
    const values = {
      resources: { limits: { memory: '5Gi' } },
      workloads: { queued: { profile: 'large', resources: { requests: { cpu: '2' } } } },
    };
    expect(resourcesOf(values, 'fetch-kaggle').limits).toEqual({ memory: '5Gi' });
    expect(resourcesOf(values, 'fetch-kaggle-queued')).toEqual({
      requests: { cpu: '2', memory: '512Mi' },
      limits: { memory: '2Gi' },
    });
  });

  test('may have profiles of the chart’s own, for further containers too', () => {
    const huge = { requests: { memory: '8Gi' }, limits: { memory: '16Gi', cpu: 4 } };
    const values = {
      profiles: { huge, large: null },
      profile: 'huge',
      initContainers: { a: { args: ['a'] }, b: { args: ['b'], profile: 'huge' } },
    };
    expect(resourcesOf(values, 'fetch-kaggle')).toEqual(huge);
    const { spec } = only(mirror(values), 'CronJob', 'fetch-kaggle').spec.jobTemplate.spec.template;
    const [a, b] = spec.initContainers;
    expect(a.resources.limits).toEqual({ memory: '256Mi' });
    expect(b.resources).toEqual(huge);
  });

  test.for<[what: string, values: object, says: string]>([
    [
      'a profile that there is not',
      { profile: 'hgue' },
      '- profile: there is no hgue in profiles; choose large, medium, small, tiny, or add it',
    ],
    [
      'one that was taken back',
      { profiles: { medium: null } },
      '- profile: there is no medium in profiles; choose large, small, tiny',
    ],
    [
      'that of a workload',
      { workloads: { queued: { profile: 'x' } } },
      '- workloads.queued.profile: there is no x in profiles',
    ],
    [
      'that of a container',
      { initContainers: { a: { profile: 'x' } } },
      '- initContainers.a.profile: there is no x in profiles',
    ],
    [
      'one without a limit to memory',
      { profiles: { a: { limits: { cpu: 1 } } } },
      "missing property 'memory'",
    ],
    ['one without limits', { profiles: { a: { requests: { cpu: 1 } } } }, "missing property 'limits'"],
    [
      'one of something else',
      { profiles: { a: { limits: { memory: '1Gi' }, cpu: 1 } } },
      "additional properties 'cpu' not allowed",
    ],
  ])('refuse %s', ([, values, says]) => {
    const { ok, stderr } = template('fetch-kaggle', 'local', values);
    expect(stderr).toContain(says);
    expect(ok).toBe(false);
  });
});
