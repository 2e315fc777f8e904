import { connect } from 'node:net';

const PATIENCE = 100;
const ATTEMPTS = 10;

/**
 * Ends when the database's address answers at all, or after a second.
 * Where network policies rule, a new pod is let through only a moment after it has started, and until then its packets
 * are dropped. TCP sends the first of them again after one second (RFC 6298, section 2.1), all of which a start from
 * zero would wait; new attempts in quick succession find the way as soon as it is open.
 */
export async function awaitRoute(url: string): Promise<void> {
  if (!URL.canParse(url)) return;
  const { hostname, port } = new URL(url);
  // Sockets and lists of hosts are for the driver.
  if (hostname === '' || decodeURIComponent(hostname).startsWith('/')) return;
  const host = hostname.replace(/^\[|\]$/g, '');
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (await answers(host, Number(port || 5432))) return;
  }
}

/** A refusal is an answer, too; false after some patience. */
function answers(host: string, port: number): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect({ host, port, timeout: PATIENCE });
    const end = (answered: boolean) => {
      socket.destroy();
      settle(answered);
    };
    socket
      .once('connect', () => end(true))
      .once('error', () => end(true))
      .once('timeout', () => end(false));
  });
}
