import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll } from 'vitest';
import { type AppOptions, buildApp } from '#shared/http/app.ts';
import type { Group } from '#shared/http/group.ts';
import { problemJson } from '#shared/http/problem-json.ts';
import { createLogger } from '#shared/telemetry/logger.ts';

/** A group of a test's own, in our own dialect and open to all unless it says otherwise. */
export function group(parts: Partial<Group> & Pick<Group, 'functions'>): Group {
  return { name: 'test', prefixes: [''], dialect: problemJson, access: 'open', needs: [], ...parts };
}

export interface TestApp {
  readonly app: FastifyInstance;
  /** Where it listens. */
  readonly origin: string;
}

/** These groups on a socket, without database and limits. */
export function useApp(groups: readonly Group[], options: Partial<AppOptions> = {}): TestApp {
  let app: FastifyInstance;
  let origin = '';
  beforeAll(async () => {
    app = await buildApp({
      groups,
      dependencies: {},
      logger: createLogger({ level: 'silent', name: 'test' }),
      classifyError: () => undefined,
      access: { tokens: null, protectReads: false, rateLimit: null },
      requireIfMatch: false,
      maxConcurrent: 250,
      requestTimeout: 30_000,
      corsOrigins: [],
      trustProxy: false,
      hosts: { names: [], onLoopback: false },
      ...options,
    });
    origin = await app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  return {
    get app() {
      return app;
    },
    get origin() {
      return origin;
    },
  };
}
