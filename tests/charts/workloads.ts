import type { Rendered } from './helm.ts';

/** A pod that an object makes, wherever its template is kept. */
export interface Workload {
  owner: string;
  kind: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  selector?: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: a PodSpec, checked by the tests that read it
  spec: any;
}

export function workloadsOf(objects: Rendered[]): Workload[] {
  return objects.flatMap((object) => {
    const template = templateOf(object);
    if (!template) return [];
    return {
      owner: `${object.kind}/${object.metadata.name}`,
      kind: object.kind,
      labels: template.metadata?.labels ?? {},
      annotations: template.metadata?.annotations ?? {},
      selector: object.spec.selector?.matchLabels,
      spec: template.spec,
    };
  });
}

// biome-ignore lint/suspicious/noExplicitAny: see Workload
function templateOf(object: Rendered): any {
  if (object.kind === 'Pod') return object;
  if (object.kind === 'CronJob') return object.spec.jobTemplate.spec.template;
  const knative = object.apiVersion === 'serving.knative.dev/v1';
  if (knative || ['Deployment', 'StatefulSet', 'Job'].includes(object.kind)) return object.spec.template;
  return undefined;
}
