import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Node closes what is idle when it stops listening; a connection still answering would stay for its keep-alive. */
export function closeAsTheyFallIdle(server: FastifyInstance['server']): void {
  const timer = setInterval(() => server.closeIdleConnections(), 50).unref();
  server.once('close', () => clearInterval(timer));
}

export function timeouts(requestTimeout: number) {
  const headersTimeout = Math.min(requestTimeout, 10_000);
  return {
    requestTimeout,
    // Node's own answer to a missing Host has no body; ours is in `namesOneHost`.
    http: { headersTimeout, connectionsCheckingInterval: headersTimeout / 5, requireHostHeader: false },
    // Longer than proxies keep idle connections, so that it is never us who closes one in use.
    keepAliveTimeout: 120_000,
  };
}

/** A name or an IPv4 address, or an IPv6 address in brackets, and a port (RFC 3986, section 3.2.2). */
const HOST = /^(?:[\w.~!$&'()*+;=%-]*|\[[\da-f:.]+\])(?::\d*)?$/i;

/** RFC 9112, section 3.2: HTTP/1.1 has to, and nothing may name two hosts or what is none. */
export function namesOneHost({ raw }: FastifyRequest): boolean {
  const hosts = raw.rawHeaders.filter((_, at, all) => at % 2 === 1 && all[at - 1]?.toLowerCase() === 'host');
  const [host] = hosts;
  if (host === undefined) return raw.httpVersion === '1.0';
  return hosts.length === 1 && HOST.test(host);
}
