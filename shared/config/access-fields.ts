import { isIP } from 'node:net';
import * as z from 'zod';
import { hosts, httpAddress, origins, redisAddress } from './address-fields.ts';
import { parseTokenEntries, type TokenEntry } from './api-tokens.ts';
import { Flag, integer, itemsOf, Text } from './fields.ts';

/** Who may do what, and how often. */
export const accessFields = {
  /** `on` requires a token to write. `off` disables authentication. Use `off` only on your own machine. */
  AUTH: z.enum(['on', 'off'], { error: 'must be on or off' }).default('on'),
  /** API tokens, as entries `name:scope[+scope]:sha256hex` separated by commas or newlines. `npm run token -- NAME` makes one. */
  API_TOKENS: z.string().transform(tokenEntries).optional(),
  /** Path of a file with entries as in API_TOKENS. The API reads the file again when it changes. Set it to rotate tokens without a restart. */
  API_TOKENS_FILE: Text.optional(),
  /** Address of an OpenID Connect issuer whose tokens are accepted next to API tokens. Requires OIDC_AUDIENCE. */
  OIDC_ISSUER: httpAddress().optional(),
  /** Audience that tokens of OIDC_ISSUER must name. Requires OIDC_ISSUER. */
  OIDC_AUDIENCE: Text.optional(),
  /** Client that this service is at OIDC_ISSUER. People sign in to the pages there when it is set. Register the redirect address `/ui/sign-in/callback` below PUBLIC_URL for it. Requires OIDC_ISSUER. */
  OIDC_CLIENT_ID: Text.optional(),
  /** Secret of OIDC_CLIENT_ID. Leave it out for a public client. */
  OIDC_CLIENT_SECRET: Text.optional(),
  /** Space-separated scopes that a sign-in requests. Change it where the issuer names `read` and `write` in another way. */
  OIDC_SCOPES: Text.default('openid read write'),
  /** `true` requires a token with the scope `read` to read. Set it where the datasets are not public. */
  REQUIRE_AUTH_FOR_READS: Flag.default(false),
  /** `true` rejects PUT, PATCH and DELETE without If-Match with 428. Set it when several clients change the same datasets. */
  REQUIRE_IF_MATCH: Flag.default(false),
  /** Requests per minute for each token, or for each address without a token. `off` disables the limit. */
  RATE_LIMIT: z
    .union([z.literal('off').transform(() => null), integer(1, 1_000_000)], {
      error: 'must be off, or an integer from 1 to 1000000 (requests per minute)',
    })
    .default(600),
  /** Address of a Valkey or Redis where all instances share their rate limit counters. Each instance counts in memory without it. */
  REDIS_URL: redisAddress().optional(),
  /** Trusted proxies in front of the API: their number, or their addresses as comma-separated CIDRs. X-Forwarded-For is ignored when absent or `off`. */
  TRUST_PROXY: z.string().transform(trustedProxies).optional(),
  /** Comma-separated names under which clients reach this service, without ports. Needed when HOST is a loopback address behind another name, and for requests that name their whole address. */
  MIRROR_HOSTS: hosts({ ports: false }).optional(),
  /** Comma-separated keys of at least 32 characters that sign download links and seal the sessions of people. The first one signs, all are accepted: put a new key in front to rotate. All instances share a key made in PostgreSQL when absent. */
  MIRROR_SIGNING_KEY: z.string().transform(signingKeys).optional(),
  /** Address under which clients reach this service, such as `https://data.example.org`. Croissant and the catalogue name it. Each request's own scheme and Host when absent. */
  PUBLIC_URL: httpAddress()
    .transform((address) => address.replace(/\/+$/, ''))
    .optional(),
  /** Comma-separated origins of web pages that may call the API. `*` allows all. CORS is disabled when absent. */
  CORS_ORIGINS: origins().optional(),
};

/** What the variables have to do with each other. */
export function accessIsWhole(config: {
  OIDC_ISSUER?: string | undefined;
  OIDC_AUDIENCE?: string | undefined;
}) {
  return (config.OIDC_ISSUER === undefined) === (config.OIDC_AUDIENCE === undefined);
}

export function loginIsWhole(config: {
  OIDC_ISSUER?: string | undefined;
  OIDC_CLIENT_ID?: string | undefined;
  OIDC_CLIENT_SECRET?: string | undefined;
}) {
  if (config.OIDC_CLIENT_ID === undefined) return config.OIDC_CLIENT_SECRET === undefined;
  return config.OIDC_ISSUER !== undefined;
}

function tokenEntries(text: string, context: z.RefinementCtx): TokenEntry[] {
  try {
    const entries = parseTokenEntries(text);
    return entries.length > 0 ? entries : refuse(context, 'must have at least one entry');
  } catch (error) {
    return refuse(context, error instanceof Error ? error.message : String(error));
  }
}

function trustedProxies(text: string, context: z.RefinementCtx): number | string[] | false {
  if (text === 'off') return false;
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  const ranges = itemsOf(text);
  return ranges.length > 0 && ranges.every(isRange)
    ? ranges
    : refuse(context, 'must be a number of proxies, comma-separated CIDRs, or off');
}

function isRange(range: string): boolean {
  const [address = '', bits, ...rest] = range.split('/');
  const family = isIP(address);
  if (family === 0 || address.includes('%') || rest.length > 0) return false;
  return bits === undefined || (/^(0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

function signingKeys(text: string, context: z.RefinementCtx): string[] {
  const keys = itemsOf(text);
  const good = keys.length > 0 && keys.every((key) => key.length >= 32);
  return good ? keys : refuse(context, 'must be keys of at least 32 characters, separated by commas');
}

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
