import { access } from 'node:fs/promises';
import { isPulled } from '#shared/config/pull-fields.ts';
import type { ServerConfig } from '#shared/config/server-config.ts';
import type { Admitted } from '#shared/data/admission.ts';
import { followChanges } from '#shared/data/follow-changes.ts';
import { createClock, createListener } from '#shared/data/listen.ts';
import { migrationsPending } from '#shared/data/migrations.ts';
import { sharedSecret } from '#shared/data/secrets.ts';
import { watchPulls } from '#shared/data/watch-pulls.ts';
import type { TokenSources } from '#shared/http/authentication.ts';
import type { Dependencies } from '#shared/http/dependencies.ts';
import type { Group } from '#shared/http/group.ts';
import { createLogin, type Login } from '#shared/http/oidc-login.ts';
import { createRecentPages } from '#shared/http/recent-pages.ts';
import type { Checks } from '#shared/http/service.ts';
import { createSessions } from '#shared/http/sessions.ts';
import { createSigning, type Signing } from '#shared/http/signing.ts';
import type { PullService } from '#shared/kaggle-api/pull-through.ts';
import { singleFlight } from '#shared/kaggle-api/single-flight.ts';
import type { ChangesService } from '#shared/mirror/changes-service.ts';
import { readSchedule } from '#shared/mirror/check-schedule.ts';
import { keepReaders, type Volume } from '#shared/mirror/hold-versions.ts';
import { createQueryEngine } from '#shared/tables/query-engine.ts';
import { createQueryService } from '#shared/tables/sql/query-service.ts';
import { createStreamPlaces } from '#shared/tables/stream-places.ts';
import type { TablesService } from '#shared/tables/tables-service.ts';
import type { Logger } from '#shared/telemetry/logger.ts';
import { assets } from './assets.ts';

interface Made<Value> {
  value: Value;
  /** What readiness asks of it. */
  checks?: Checks;
  close?(): void | Promise<void>;
}

interface Surroundings {
  config: ServerConfig;
  db: Admitted;
  logger: Logger;
  /** A process that is frozen between two requests, and answers one at a time. */
  onLambda: boolean;
  /** Null where nobody needs one. */
  tokens: TokenSources | null;
}

type Maker<Value> = (surroundings: Surroundings) => Made<Value> | Promise<Made<Value>>;

/** How each dependency is made. The database is there before all others, which may stand on it. */
const MAKERS: { [Name in keyof Dependencies]: Maker<Dependencies[Name]> } = {
  db: ({ db }) => ({
    value: db,
    checks: {
      database: () => migrationsPending(db).then((pending) => (pending ? 'migrations are missing' : null)),
    },
  }),
  pages: ({ db }) => ({ value: db.pages }),
  batches: ({ db }) => ({ value: db.batches }),
  recent: () => ({ value: createRecentPages() }),
  volume: openVolume,
  tables: openTables,
  assets: () => ({ value: assets }),
  signing: (surroundings) => ({ value: openSigning(surroundings) }),
  sessions: (surroundings) => ({
    value:
      surroundings.tokens &&
      createSessions(
        openSigning(surroundings),
        surroundings.tokens.staticTokens,
        Date.now,
        surroundings.config.OIDC_CLIENT_ID === undefined ? null : surroundings.config.OIDC_ISSUER,
      ),
  }),
  login: (surroundings) => ({ value: openLogin(surroundings) }),
  changes: openChanges,
  pulls: openPulls,
  schedule: async ({ config: { MIRROR_SCHEDULE: expression, MIRROR_SCHEDULE_TIME_ZONE: zone } }) => ({
    value: expression === undefined ? null : await readSchedule(expression, zone),
  }),
};

function openSigning({ config: { MIRROR_SIGNING_KEY: keys }, db }: Surroundings): Signing {
  return createSigning(async () => keys ?? [await sharedSecret(db, 'signing')]);
}

function openLogin({ tokens, config, ...surroundings }: Surroundings): Login | null {
  const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience, OIDC_CLIENT_ID: clientId } = config;
  if (!tokens?.oidc || issuer === undefined || audience === undefined || clientId === undefined) return null;
  return createLogin({
    issuer,
    audience,
    clientId,
    clientSecret: config.OIDC_CLIENT_SECRET,
    scope: config.OIDC_SCOPES,
    signing: openSigning({ tokens, config, ...surroundings }),
    verify: tokens.oidc,
  });
}

function openVolume({ config, db, logger }: Surroundings): Made<Volume> {
  const root = config.KAGGLE_DATA_ROOT ?? null;
  const { hold, use, close } = keepReaders(db, logger);
  return {
    value: { root, hold, use },
    ...(root !== null && { checks: { volume: () => access(root).then(() => null) } }),
    close,
  };
}

function openTables({ config }: Surroundings): Made<TablesService> {
  const engine = createQueryEngine();
  const queries = createQueryService();
  return {
    value: {
      enabled: config.MIRROR_TABLES,
      engine,
      streams: createStreamPlaces(),
      sql: config.MIRROR_SQL !== 'off',
      queries,
    },
    close() {
      queries.close();
      return engine.close();
    },
  };
}

function openChanges({ config, db, onLambda }: Surroundings): Made<ChangesService> {
  const listen = () => createListener(config.DATABASE_URL, 'changes');
  const followers = followChanges(db, onLambda ? createClock : listen);
  return {
    value: {
      followers,
      longestWait: onLambda ? 20 : 50,
      streamSeconds: onLambda ? null : config.CHANGES_STREAM_SECONDS,
    },
    close: followers.close,
  };
}

function openPulls({ config, db, onLambda }: Surroundings): Made<PullService | null> {
  const patterns = config.MIRROR_PULL_THROUGH;
  if (patterns.length === 0) return { value: null };
  const watch = watchPulls(db);
  const allows: PullService['allows'] = (source) => isPulled(patterns, source);
  return {
    value: { allows, watch, share: singleFlight(), longestWait: onLambda ? 20 : 50 },
    close: watch.close,
  };
}

/** Makes what these groups need, and nothing else. */
export async function makeDependencies(groups: readonly Group[], surroundings: Surroundings) {
  const names = new Set(groups.flatMap(({ needs }) => needs));
  const making = [...names].map(async (name) => [name, await MAKERS[name](surroundings)] as const);
  const made: (readonly [string, Made<unknown>])[] = await Promise.all(making);
  return {
    dependencies: Object.fromEntries(made.map(([name, { value }]) => [name, value])) as Partial<Dependencies>,
    checks: Object.assign({}, ...made.map(([, { checks }]) => checks)) as Checks,
    async close() {
      for (const [, { close }] of made) await close?.();
    },
  };
}
