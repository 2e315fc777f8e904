import { fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

export interface Worker {
  /** What it is at goes back to the queue. */
  stop(hurry: AbortSignal): Promise<void>;
}

/** The mirror job beside the API: takes what is asked for within seconds. It ends with this process, whatever ends that. */
export function startWorker({ url, root }: { url: string; root: string }): Worker {
  const main = resolve(import.meta.dirname, '../functions/fetch-kaggle/main.ts');
  const child = fork(main, ['--queued', '--watch'], {
    env: {
      LOG_LEVEL: 'warn',
      ...process.env,
      METRICS_PORT: 'off',
      DATABASE_URL: url,
      KAGGLE_DATA_ROOT: root,
    },
  });
  const exited = once(child, 'exit');
  child.once('exit', (code) => {
    if (code !== null && code > 0)
      process.stderr.write('The mirror worker ended: nothing more is mirrored until the next start.\n');
  });
  return {
    async stop(hurry) {
      child.kill(hurry.aborted ? 'SIGKILL' : 'SIGTERM');
      hurry.addEventListener('abort', () => child.kill('SIGKILL'), { once: true });
      await exited;
    },
  };
}
