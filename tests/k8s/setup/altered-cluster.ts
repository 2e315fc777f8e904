import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { request } from 'undici';

const GROUP = 'serving.knative.dev';

/**
 * The cluster as it would be without Knative Serving: the real API server, but what belongs to that group is not found.
 * Gives the path of a kubeconfig, and what takes it down.
 */
export async function clusterWithoutKnative() {
  const proxy = spawn('kubectl', ['proxy', '--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line = ''] = (await once(createInterface(proxy.stdout), 'line')) as string[];
  const [origin] = /127\.0\.0\.1:\d+/.exec(line) ?? [];
  if (!origin) throw new Error(`kubectl proxy said: ${line}`);
  const server = createServer((incoming, outgoing) => {
    forward(`http://${origin}`, incoming, outgoing).catch((error) => outgoing.destroy(error));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const folder = mkdtempSync(join(tmpdir(), 'without-knative-'));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigOf((server.address() as AddressInfo).port));
  return {
    kubeconfig,
    close() {
      server.close();
      server.closeAllConnections();
      proxy.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function forward(origin: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const path = incoming.url ?? '/';
  if (path.includes(GROUP)) {
    const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 };
    outgoing.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify(status));
    return;
  }
  const headers = without(incoming.headers, 'host', 'connection', 'transfer-encoding');
  // Otherwise groups come in a form of kubectl's own, compressed.
  const groups = /^\/apis(\?|$)/.test(path);
  if (groups) Object.assign(headers, { accept: 'application/json', 'accept-encoding': 'identity' });
  const answer = await request(origin + path, {
    method: incoming.method as 'GET',
    headers,
    body: incoming.method === 'GET' ? null : incoming,
  });
  outgoing.writeHead(answer.statusCode, without(answer.headers, 'transfer-encoding', 'content-length'));
  if (!groups) {
    answer.body.pipe(outgoing);
    return;
  }
  const list = (await answer.body.json()) as { groups: { name: string }[] };
  outgoing.end(JSON.stringify({ ...list, groups: list.groups.filter(({ name }) => name !== GROUP) }));
}

const without = (fields: IncomingMessage['headers'], ...names: string[]) =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

function kubeconfigOf(port: number): string {
  const name = 'without-knative';
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
}
