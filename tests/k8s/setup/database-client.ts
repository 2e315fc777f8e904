import type { toolsIn } from './tools.ts';

type Tools = ReturnType<typeof toolsIn>;

const POD = 'database-client';

/** A pod with psql that may reach PostgreSQL, and has each Secret's URI in a variable of its own. */
export async function startDatabaseClient(tools: Tools, secrets: Record<string, string>): Promise<void> {
  const { spec } = await tools.get('statefulset', 'postgres');
  const { image } = spec.template.spec.containers[0];
  const uri = ([name, secret]: [string, string]) => ({
    name,
    valueFrom: { secretKeyRef: { name: secret, key: 'uri' } },
  });
  await tools.apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: POD, labels: { 'postgres-client': 'true' } },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: 'psql',
          image,
          imagePullPolicy: 'IfNotPresent',
          command: ['sleep', 'infinity'],
          env: Object.entries(secrets).map(uri),
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
            readOnlyRootFilesystem: true,
            runAsNonRoot: true,
            runAsUser: 999,
            seccompProfile: { type: 'RuntimeDefault' },
          },
        },
      ],
    },
  });
  await tools.kubectl('wait', '--for=condition=Ready', `pod/${POD}`, '--timeout=60s');
}

/** What psql answers to a statement, or the error of the server. */
export async function ask(tools: Tools, variable: string, sql: string): Promise<string> {
  const psql = `psql "$${variable}" --no-psqlrc -v VERBOSITY=verbose -Atqc "$1"`;
  const { stdout, stderr } = await tools.attempt('kubectl', 'exec', POD, '--', 'sh', '-c', psql, 'sh', sql);
  return (stdout || stderr).trim();
}
