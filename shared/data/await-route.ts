import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const INTERVAL = 25;
const ATTEMPTS = 40;

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
  const ended = new AbortController();
  const attempts: Promise<void>[] = [];
  // Earlier attempts go on: a database farther away than the interval answers one of them.
  while (!ended.signal.aborted && attempts.length < ATTEMPTS) {
    attempts.push(answer(host, Number(port || 5432), ended.signal).then(() => ended.abort()));
    await sleep(INTERVAL, undefined, { signal: ended.signal }).catch(() => {});
  }
  ended.abort();
  await Promise.all(attempts);
}

/** A refusal is an answer, too. */
function answer(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((settle) => {
    const socket = connect({ host, port, signal });
    const end = () => {
      socket.destroy();
      settle();
    };
    socket.once('connect', end).once('error', end);
  });
}
