import type { FastifyInstance } from 'fastify';
import type { DatabasePool } from 'slonik';
import type { ServerConfig } from '#shared/config/server-config.ts';
import { createDatabase } from '#shared/data/database.ts';
import { classifyDatabaseError } from '#shared/data/database-errors.ts';
import { buildApp } from '#shared/http/app.ts';
import type { Group } from '#shared/http/group.ts';
import { serviceGroup } from '#shared/http/service.ts';
import { observeState } from '#shared/mirror/observe-state.ts';
import type { Logger } from '#shared/telemetry/logger.ts';
import { openAccess } from './access.ts';
import { makeDependencies } from './dependencies.ts';
import { docsPage } from './docs-page.ts';
import { version } from './product-version.ts';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/i;

/** Where people find pages, if these groups have any. */
function homeOf(groups: readonly Group[]): string | null {
  const pages = groups.find(({ name }) => name === 'web');
  return pages?.prefixes[0] ?? null;
}

export interface Runtime {
  app: FastifyInstance;
  db: DatabasePool;
  /** Answers what was accepted, then lets go of everything. */
  close(): Promise<void>;
}

/** Puts groups, database and volume together; listens nowhere yet. */
export async function createRuntime(
  given: readonly Group[],
  config: ServerConfig,
  logger: Logger,
  { onLambda = false } = {},
): Promise<Runtime> {
  const groups = config.MIRROR_SQL === 'off' ? withoutQueries(given) : given;
  const db = await createDatabase({
    url: config.DATABASE_URL,
    name: 'kaggle-data-api',
    poolSize: config.DATABASE_POOL_SIZE,
    statementTimeout: config.DATABASE_STATEMENT_TIMEOUT,
    validateRows: config.VALIDATE_ROWS,
    impatient: true,
    frozen: onLambda,
  });
  const state = observeState(db, config.KAGGLE_DATA_ROOT ?? null);
  const guards = openAccess(config, logger);
  const { tokens } = guards.options;
  const { dependencies, checks, close } = await makeDependencies(groups, {
    config,
    db,
    logger,
    onLambda,
    tokens,
  });
  const app = await buildApp({
    groups: [
      ...groups,
      serviceGroup(groups, {
        checks,
        version,
        access: guards.options,
        home: homeOf(groups),
        docs: docsPage({ sql: config.MIRROR_SQL !== 'off' }),
      }),
    ],
    dependencies,
    logger,
    classifyError: classifyDatabaseError,
    access: { ...guards.options, sessions: dependencies.sessions ?? null },
    maxConcurrent: config.MAX_CONCURRENT_REQUESTS,
    requestTimeout: config.REQUEST_TIMEOUT,
    requireIfMatch: config.REQUIRE_IF_MATCH,
    publicUrl: config.PUBLIC_URL,
    corsOrigins: config.CORS_ORIGINS ?? [],
    trustProxy: config.TRUST_PROXY ?? false,
    hosts: { names: config.MIRROR_HOSTS ?? [], onLoopback: LOOPBACK.test(config.HOST) },
  });
  return {
    app,
    db,
    async close() {
      await app.close();
      state.stop();
      await close();
      await Promise.all([guards.close(), db.end()]);
    },
  };
}

/** What is switched off is not there: 404, and in no list. */
function withoutQueries(groups: readonly Group[]): Group[] {
  return groups.map((group) => ({
    ...group,
    functions: group.functions.filter(({ access = group.access }) => access !== 'query'),
  }));
}
