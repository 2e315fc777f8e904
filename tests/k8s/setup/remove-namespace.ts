import { run } from './run.ts';

const MAKERS = 'ksvc,deployments,replicasets,statefulsets,cronjobs,jobs';

/**
 * Deletes a namespace with all that is in it. What makes pods goes first, then the pods at once: left to itself the
 * namespace looks again only after half of their grace period, which is five minutes for a request that may take ten.
 */
export async function removeNamespace(name: string): Promise<void> {
  const inside = (...args: string[]) => run('kubectl', ['--namespace', name, ...args]);
  await inside('delete', MAKERS, '--all', '--wait=false');
  const end = Date.now() + 90_000;
  do {
    await inside('delete', 'pods', '--all', '--grace-period=1', '--timeout=60s');
  } while ((await inside('get', 'pods,deployments', '--output', 'name')) !== '' && Date.now() < end);
  await run('kubectl', ['delete', 'namespace', name, '--ignore-not-found', '--wait=false']);
  await run('kubectl', [
    'delete',
    'persistentvolume',
    `${name}-kaggle-data-pvc`,
    '--ignore-not-found',
    '--wait=false',
  ]);
}
