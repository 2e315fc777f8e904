import type { FastifyInstance } from 'fastify';

/** Node closes what is idle when it stops listening; a connection still answering would stay for its keep-alive. */
export function closeAsTheyFallIdle(server: FastifyInstance['server']): void {
  const timer = setInterval(() => server.closeIdleConnections(), 50).unref();
  server.once('close', () => clearInterval(timer));
}

export function timeouts(requestTimeout: number) {
  const headersTimeout = Math.min(requestTimeout, 10_000);
  return {
    requestTimeout,
    // Node's own answer to a missing Host has no body; ours is in `checkHost`.
    http: { headersTimeout, connectionsCheckingInterval: headersTimeout / 5, requireHostHeader: false },
    // Longer than proxies keep idle connections, so that it is never us who closes one in use.
    keepAliveTimeout: 120_000,
  };
}
