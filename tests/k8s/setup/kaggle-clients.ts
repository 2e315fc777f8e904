import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { restricted } from './restricted.ts';
import { run } from './run.ts';
import type { toolsIn } from './tools.ts';

/** The names that Kaggle's clients know. */
export const HOSTS = ['api.kaggle.com', 'www.kaggle.com'];
const POD = 'notebook';
const SECRET = 'kaggle-names';

/** A certificate for Kaggle's names, which is its own authority, as the Secret that `tlsSecret` names. */
export async function makeCertificate({ kubectl }: ReturnType<typeof toolsIn>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kaggle-names-'));
  const [key, certificate] = [join(folder, 'key'), join(folder, 'certificate')];
  const names = `subjectAltName=${HOSTS.map((host) => `DNS:${host}`).join(',')}`;
  try {
    const made = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-days', '2'];
    await run('openssl', ['req', '-x509', '-subj', '/CN=kaggle.com', '-addext', names, ...made]);
    await kubectl('create', 'secret', 'tls', SECRET, `--key=${key}`, `--cert=${certificate}`);
    return SECRET;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * A pod with `kaggle`, `kagglehub` and curl: the volume at /data, the variables of the chart's ConfigMap, and a hosts entry
 * that leads Kaggle's names to the gateway. Gives what runs a command in it, with more variables, or without those of null.
 */
export async function startKaggleClients({ apply, kubectl }: ReturnType<typeof toolsIn>, image: string) {
  const gateway = ['--namespace=kourier-system', 'get', 'service', 'kourier'];
  const ip = await run('kubectl', [...gateway, '--output=jsonpath={.spec.clusterIP}']);
  await apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: POD, labels: { 'kaggle-client': 'true' } },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 1,
      hostAliases: [{ ip, hostnames: HOSTS }],
      containers: [
        {
          name: POD,
          image,
          imagePullPolicy: 'IfNotPresent',
          envFrom: [{ configMapRef: { name: 'kaggle-data-api-kaggle-clients' } }],
          env: [{ name: 'HOME', value: '/tmp' }],
          securityContext: restricted,
          volumeMounts: [
            { name: 'tmp', mountPath: '/tmp' },
            { name: 'data', mountPath: '/data', readOnly: true },
            { name: 'names', mountPath: '/names', readOnly: true },
          ],
        },
      ],
      volumes: [
        { name: 'tmp', emptyDir: {} },
        { name: 'data', persistentVolumeClaim: { claimName: 'kaggle-data-pvc', readOnly: true } },
        { name: 'names', secret: { secretName: SECRET, items: [{ key: 'tls.crt', path: 'ca.crt' }] } },
      ],
    },
  });
  await kubectl('wait', '--for=condition=Ready', `pod/${POD}`, '--timeout=90s');
  return (env: Record<string, string | null>, ...command: string[]) => {
    const variables = Object.entries(env).map(([name, value]) =>
      value === null ? `--unset=${name}` : `${name}=${value}`,
    );
    return kubectl('exec', POD, '--', 'env', '--chdir=/tmp', ...variables.toSorted(), ...command);
  };
}
