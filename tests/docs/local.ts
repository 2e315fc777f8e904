import { once } from 'node:events';
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakeKaggle } from '#fake-kaggle/server.ts';
import { freePort } from '#scripts/free-port.ts';
import { copyCluster } from '#tests/setup/cluster.ts';
import { type ApiProcess, startApi } from '#tests/setup/processes.ts';
import { PROJECT } from './blocks.ts';

export type Installation = Awaited<ReturnType<typeof openInstallation>>;

/** `npm start` in a data directory of its own, before a Kaggle of its own that offers the samples as the owner `weather`. */
export async function openInstallation() {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-data-'));
  // Root's PostgreSQL runs as nobody, who has to get through.
  chmodSync(folder, 0o755);
  // Another owner's: the samples' own mirrors are never checked.
  cpSync(join(PROJECT, 'samples/samples'), join(folder, 'source/weather'), { recursive: true });
  const kaggle = await startFakeKaggle({ root: join(folder, 'source') });
  const [port, metricsPort] = [await freePort(), await freePort()];
  const env: Record<string, string> = {
    DATA_DIR: join(folder, 'data'),
    BACKUP: join(folder, 'backup.tar.gz'),
    PORT: String(port),
    METRICS_PORT: String(metricsPort),
    KAGGLE_BASE_URL: kaggle.baseUrl,
    MIRROR_REQUESTS_PER_MINUTE: 'off',
    MIRROR_LEASE_SECONDS: '2',
    MIRROR_MIN_FREE_BYTES: '0',
  };
  copyCluster(join(folder, 'data/postgres'));
  let running: ApiProcess | null = null;
  const installation = {
    folder,
    env,
    address: `http://127.0.0.1:${port}`,
    async start() {
      if (running) return;
      running = await startApi('scripts/start.ts', env);
      while (!running.output().includes('Ctrl-C stops'))
        await once(running.child.stdout as NodeJS.EventEmitter, 'data');
    },
    /** As Ctrl-C does. */
    async stop() {
      running?.child.kill('SIGINT');
      await running?.exited;
      running = null;
    },
    async close() {
      await installation.stop();
      await kaggle.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return installation;
}
