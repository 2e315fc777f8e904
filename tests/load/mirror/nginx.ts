import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#scripts/free-port.ts';

/** nginx serving a folder by sendfile(2), one worker; null when it is not installed. */
export async function startNginx(place: string, root: string) {
  const port = await freePort();
  const folder = join(place, 'nginx');
  await mkdir(folder);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder};`,
  );
  const config = `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/log;
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    events {} http { access_log off; sendfile on; tcp_nopush on; ${temporary.join(' ')}
    server { listen 127.0.0.1:${port}; root ${root}; } }`;
  await writeFile(join(folder, 'conf'), config);
  const child = spawn('nginx', ['-e', join(folder, 'log'), '-c', join(folder, 'conf')], { stdio: 'ignore' });
  try {
    await once(child, 'spawn');
  } catch {
    return null;
  }
  const url = `http://127.0.0.1:${port}`;
  await untilAnswered(url);
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

export async function untilAnswered(url: string): Promise<void> {
  for (const end = performance.now() + 20_000; performance.now() < end; await sleep(50))
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return;
  throw new Error(`${url} does not answer`);
}
