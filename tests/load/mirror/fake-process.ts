import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const MAIN = resolve(import.meta.dirname, '../../../fake-kaggle/main.ts');

/** The fake Kaggle as a process of its own, so that it takes no time of what is measured. */
export async function startFakeProcess(root: string) {
  const child = spawn(process.execPath, [MAIN, '--port', '0', '--root', root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  const baseUrl = /http:\/\/\S+(?=,)/.exec(String(line))?.[0] ?? '';
  const control = `${new URL(baseUrl).origin}/control/requests`;
  return {
    baseUrl,
    /** The signed address of a dataset's archive; its sums are made by the time it is known. */
    async archiveOf(ownerSlug: string, datasetSlug: string): Promise<string> {
      const body = JSON.stringify({ ownerSlug, datasetSlug });
      const url = `${baseUrl}/datasets.DatasetApiService/DownloadDataset`;
      const { headers } = await fetch(url, { method: 'POST', body, redirect: 'manual' });
      const location = headers.get('location') ?? '';
      await fetch(location, { method: 'HEAD' });
      return location;
    },
    forget: () => fetch(control, { method: 'DELETE' }),
    requests: async () => (await (await fetch(control)).json()) as { on: string; ref: string; at: number }[],
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
