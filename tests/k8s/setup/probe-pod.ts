import { product } from './cluster.ts';
import { restricted } from './restricted.ts';
import type { toolsIn } from './tools.ts';

type Tools = ReturnType<typeof toolsIn>;

/** A pod that does nothing but listen on 8080, for trying connections from and to it. */
export const probe = (name: string, labels = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels },
  spec: {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 1,
    containers: [
      {
        name: 'probe',
        image: product,
        imagePullPolicy: 'IfNotPresent',
        args: ['-e', "require('net').createServer((socket) => socket.end()).listen(8080, '0.0.0.0')"],
        securityContext: restricted,
      },
    ],
  },
});

export async function startProbe({ apply, kubectl }: Tools, name: string, labels = {}): Promise<void> {
  await apply(probe(name, labels));
  await kubectl('wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s');
}

/** Whether a pod gets a TCP connection within two seconds; a policy drops packets without an answer. */
export async function reaches(tools: Tools, pod: string, host: string, port: number, container = 'probe') {
  const connect = `const socket = require('net').connect(${port}, '${host}');
    const end = (word) => { console.log(word); process.exit(); };
    socket.on('connect', () => end('open')).on('error', (error) => end(error.code));
    setTimeout(end, 2000, 'dropped');`;
  const { stdout, stderr } = await tools.attempt(
    'kubectl',
    'exec',
    pod,
    `--container=${container}`,
    '--',
    '/nodejs/bin/node',
    '-e',
    connect,
  );
  return stdout.trim() || stderr;
}
