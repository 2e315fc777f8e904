import { access } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import type { DatabasePool } from 'slonik';
import type { ServerConfig } from '#shared/config/server-config.ts';
import { createDatabase } from '#shared/data/database.ts';
import { classifyDatabaseError } from '#shared/data/errors.ts';
import { migrationsPending } from '#shared/data/migrations.ts';
import { buildApp } from '#shared/http/app.ts';
import type { FunctionDefinition } from '#shared/http/define-function.ts';
import { referenceFunctions } from '#shared/http/reference.ts';
import { serviceFunctions } from '#shared/http/service.ts';
import type { Logger } from '#shared/telemetry/logger.ts';
import { openAccess } from './access.ts';
import { observeState } from './observe-state.ts';
import { version } from './version.ts';
import { keepReaders } from './version-readers.ts';

export interface Runtime {
  app: FastifyInstance;
  db: DatabasePool;
  /** Answers what was accepted, then lets go of everything. */
  close(): Promise<void>;
}

/** Puts functions, database and volume together; listens nowhere yet. */
export async function createRuntime(
  functions: readonly FunctionDefinition[],
  config: ServerConfig,
  logger: Logger,
): Promise<Runtime> {
  const db = await createDatabase({
    url: config.DATABASE_URL,
    name: 'kaggle-data-api',
    poolSize: config.DATABASE_POOL_SIZE,
    statementTimeout: config.DATABASE_STATEMENT_TIMEOUT,
    validateRows: config.VALIDATE_ROWS,
    impatient: true,
  });
  const dataRoot = config.KAGGLE_DATA_ROOT ?? null;
  const checks = {
    database: () =>
      migrationsPending(db).then((pending) => (pending ? 'migrations have not been applied' : null)),
    ...(dataRoot !== null && { volume: () => access(dataRoot).then(() => null) }),
  };
  const state = observeState(db, dataRoot);
  const readers = keepReaders(db, logger);
  const guards = openAccess(config, logger);
  const all = [...functions];
  all.push(...serviceFunctions(all, checks), ...referenceFunctions(all, version));
  const app = await buildApp({
    functions: all,
    services: { db, dataRoot, holdVersion: readers.holdVersion },
    logger,
    classifyError: classifyDatabaseError,
    access: guards.options,
    maxConcurrent: config.MAX_CONCURRENT_REQUESTS,
    requestTimeout: config.REQUEST_TIMEOUT,
    requireIfMatch: config.REQUIRE_IF_MATCH,
    corsOrigins: config.CORS_ORIGINS ?? [],
    trustProxy: config.TRUST_PROXY ?? false,
  });
  return {
    app,
    db,
    async close() {
      await app.close();
      state.stop();
      readers.close();
      await Promise.all([guards.close(), db.end()]);
    },
  };
}
