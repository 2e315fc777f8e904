import { ConfigError, configOrExit } from '#shared/config/load-config.ts';
import type { ServerConfig } from '#shared/config/server-config.ts';
import type { TokenSources } from '#shared/http/authentication.ts';
import type { GuardOptions } from '#shared/http/guard.ts';
import { oidcVerifier } from '#shared/http/oidc.ts';
import { countInMemory } from '#shared/http/rate-limit.ts';
import { watchTokenFile } from '#shared/http/static-tokens.ts';
import { countInValkey } from '#shared/http/valkey-counter.ts';
import type { Logger } from '#shared/telemetry/logger.ts';

/** Who may do what and how often, as the configuration has it. */
export function openAccess(
  config: ServerConfig,
  logger: Logger,
): { options: GuardOptions; close(): Promise<void> } {
  const { RATE_LIMIT: quota, REDIS_URL: url } = config;
  const shared = quota !== null && url !== undefined ? countInValkey(url, logger) : null;
  return {
    options: {
      tokens: config.AUTH === 'off' ? null : tokenSources(config, logger),
      protectReads: config.REQUIRE_AUTH_FOR_READS,
      protectQueries: config.MIRROR_SQL !== 'open',
      rateLimit: quota === null ? null : { quota, count: shared?.count ?? countInMemory() },
    },
    close: async () => shared?.close(),
  };
}

function tokenSources(config: ServerConfig, logger: Logger): TokenSources {
  const {
    API_TOKENS: given = [],
    API_TOKENS_FILE: file,
    OIDC_ISSUER: issuer,
    OIDC_AUDIENCE: audience,
  } = config;
  const fromFile = file === undefined ? null : configOrExit(() => openFile(file, logger));
  return {
    staticTokens: fromFile ? () => [...given, ...fromFile()] : () => given,
    oidc: issuer !== undefined && audience !== undefined ? oidcVerifier(issuer, audience) : null,
  };
}

function openFile(file: string, logger: Logger) {
  try {
    return watchTokenFile(file, logger);
  } catch (error) {
    throw new ConfigError([`API_TOKENS_FILE: ${error instanceof Error ? error.message : error}`]);
  }
}
