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
const FLAG = 'kubernetes.podspec-persistent-volume-claim';

/** How the real API server's answers are altered, so that nobody else's cluster is. */
interface Alteration {
  /** Paths that are not found. */
  hides?(path: string): boolean;
  /** Paths whose answers are read and changed. */
  changes(path: string): boolean;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the API server answers there
  change(answer: any): void;
}

export const withoutKnative: Alteration = {
  hides: (path) => path.includes(GROUP),
  changes: (path) => /^\/apis(\?|$)/.test(path),
  change(list) {
    list.groups = list.groups.filter(({ name }: { name: string }) => name !== GROUP);
  },
};

export const withoutVolumeFlag: Alteration = {
  changes: (path) => path.includes('/configmaps/config-features'),
  change({ data }) {
    delete data[FLAG];
  },
};

/** The cluster of KUBECONFIG, altered. Gives the path of a kubeconfig, and what takes it down. */
export async function alteredCluster(alteration: Alteration) {
  const proxy = spawn('kubectl', ['proxy', '--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line = ''] = (await once(createInterface(proxy.stdout), 'line')) as string[];
  const [origin] = /127\.0\.0\.1:\d+/.exec(line) ?? [];
  if (!origin) throw new Error(`kubectl proxy said: ${line}`);
  const server = createServer((incoming, outgoing) => {
    forward(alteration, `http://${origin}`, incoming, outgoing).catch((error) => outgoing.destroy(error));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const folder = mkdtempSync(join(tmpdir(), 'altered-cluster-'));
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

async function forward(
  alteration: Alteration,
  origin: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const path = incoming.url ?? '/';
  if (alteration.hides?.(path)) {
    const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 };
    outgoing.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify(status));
    return;
  }
  const headers = without(incoming.headers, 'host', 'connection', 'transfer-encoding');
  // Otherwise it comes in a form of kubectl's own, compressed.
  const changes = alteration.changes(path);
  if (changes) Object.assign(headers, { accept: 'application/json', 'accept-encoding': 'identity' });
  const answer = await request(origin + path, {
    method: incoming.method as 'GET',
    headers,
    body: incoming.method === 'GET' ? null : incoming,
  });
  outgoing.writeHead(answer.statusCode, without(answer.headers, 'transfer-encoding', 'content-length'));
  if (!changes) {
    answer.body.pipe(outgoing);
    return;
  }
  const body = await answer.body.json();
  alteration.change(body);
  outgoing.end(JSON.stringify(body));
}

const without = (fields: IncomingMessage['headers'], ...names: string[]) =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

function kubeconfigOf(port: number): string {
  const name = 'altered';
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
}
