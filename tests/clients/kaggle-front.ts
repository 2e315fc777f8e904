import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { createSecureContext, TLSSocket } from 'node:tls';

export interface Front {
  /** For https_proxy. */
  url: string;
  /** The certificate that clients have to trust. */
  ca: string;
  close(): Promise<void>;
}

/** What a hosts entry and a private CA do: takes the place of www.kaggle.com and api.kaggle.com, for those who use it as a proxy. */
export async function startFront(folder: string, port: number): Promise<Front> {
  const [key, ca] = [join(folder, 'front.key'), join(folder, 'front.crt')];
  const names = 'subjectAltName=DNS:kaggle.com,DNS:*.kaggle.com';
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', ca].concat([
      '-subj',
      '/CN=kaggle.com',
      '-addext',
      names,
    ]),
    { stdio: 'ignore' },
  );
  const secureContext = createSecureContext({ key: readFileSync(key), cert: readFileSync(ca) });
  const server = createServer((_request, response) => response.writeHead(501).end());
  server.on('connect', (request, socket) => {
    socket.on('error', () => {});
    if (!/^(www|api)\.kaggle\.com:443$/.test(request.url ?? '')) return socket.destroy();
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    const inside = new TLSSocket(socket as never, { isServer: true, secureContext });
    const mirror = connect(port, '127.0.0.1');
    for (const end of [inside, mirror]) end.on('error', () => end.destroy());
    inside.pipe(mirror).pipe(inside);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
