import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, inject } from 'vitest';
import { createRuntime } from '#functions/host/runtime.ts';
import { groups } from '#functions/index.ts';
import { loadConfig } from '#shared/config/load-config.ts';
import { ServerConfig } from '#shared/config/server-config.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { createDatabase, dropDatabase, withDatabase } from './databases.ts';

/** False when no PostgreSQL can be had: suites that need one say `describe.skipIf(!hasDatabase)`. */
export const hasDatabase = inject('rootUrl') !== null;

export interface TestDatabase {
  url: string;
  /** Removed after the file's tests, whatever still uses it. */
  name: string;
}

let count = 0;

/** A migrated database of this test file's own, or a copy of the one that `template` names. */
export function useDatabase(template = async () => inject('template')): TestDatabase {
  const name = `kaggle_test_${process.pid}_${process.hrtime.bigint()}_${count++}`;
  const rootUrl = inject('rootUrl') ?? 'postgres://none.invalid/none';
  if (hasDatabase) {
    beforeAll(async () => createDatabase(rootUrl, name, await template()));
    afterAll(() => dropDatabase(rootUrl, name));
  }
  return { name, url: withDatabase(rootUrl, name) };
}

export interface TestApi {
  readonly app: FastifyInstance;
  send(options: InjectOptions): ReturnType<typeof send>;
  get(url: string, headers?: InjectOptions['headers']): ReturnType<typeof send>;
  post(
    url: string,
    payload: InjectOptions['payload'],
    headers?: InjectOptions['headers'],
  ): ReturnType<typeof send>;
}

/** The whole API over a database of its own; `env` adds to its environment. */
export function useApi(database: TestDatabase, env: Record<string, string> = {}): TestApi {
  let app: FastifyInstance;
  let close = async () => {};
  if (hasDatabase) {
    beforeAll(async () => {
      const config = loadConfig(ServerConfig, {
        DATABASE_URL: database.url,
        VALIDATE_ROWS: 'true',
        AUTH: 'off',
        RATE_LIMIT: 'off',
        LOG_LEVEL: 'silent',
        ...env,
      });
      ({ app, close } = await createRuntime(
        groups,
        config,
        createLogger({ level: config.LOG_LEVEL, name: 'test' }),
      ));
    });
    afterAll(() => close());
  }
  return {
    get app() {
      return app;
    },
    send: (options) => send(app, options),
    get: (url, headers = {}) => send(app, { method: 'GET', url, headers }),
    post: (url, payload, headers = {}) =>
      send(app, { method: 'POST', url, payload: payload as object, headers }),
  };
}

async function send(app: FastifyInstance, options: InjectOptions) {
  const response = await app.inject(options);
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    json: () => response.json(),
  };
}
