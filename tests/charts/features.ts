/** What Knative takes only behind a feature flag of its own. */
export const flagged: Record<string, unknown> = {
  nodeSelector: { disk: 'ssd' },
  tolerations: [{ key: 'spot', operator: 'Exists' }],
  affinity: { nodeAffinity: {} },
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }],
  priorityClassName: 'high',
  runtimeClassName: 'gvisor',
  schedulerName: 'other',
  dnsPolicy: 'Default',
  dnsConfig: { options: [{ name: 'ndots', value: '1' }] },
  hostAliases: [{ ip: '10.0.0.1', hostnames: ['a'] }],
  podSecurityContext: { fsGroup: 1000 },
};

/** The flag, without `kubernetes.` in front. */
export const flagOf = (key: string) => `podspec-${key.replace('podS', 's').toLowerCase()}`;
