import { connect } from 'node:net';

/** Sends bytes as they are and gives all that comes until the server closes; `pause` ms lie between the parts. */
export function sendRaw(
  address: string,
  parts: readonly string[],
  pause = 0,
): Promise<{ text: string; ms: number }> {
  const { hostname, port } = new URL(address);
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    const send = (rest: readonly string[]) => {
      const [part, ...others] = rest;
      if (part === undefined || socket.destroyed) return;
      socket.write(part);
      setTimeout(send, pause, others).unref();
    };
    socket.on('connect', () => send(parts));
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.on('close', () => resolve({ text, ms: performance.now() - start }));
  });
}
