import { isIP } from 'node:net';
import * as z from 'zod';
import { parseTokenEntries, type TokenEntry } from './api-tokens.ts';
import { Flag, integer } from './fields.ts';

const HTTP_ADDRESS = { protocol: /^https?$/, error: 'must be an http or https address' };

/** Who may do what, and how often. */
export const accessFields = {
  /** `off` lets everybody write: for a machine of one's own. Otherwise writes need a token. */
  AUTH: z.enum(['on', 'off'], { error: 'must be on or off' }).default('on'),
  /** Entries `name:scope[+scope]:sha256hex` by comma or newline; `npm run token -- NAME` makes one. */
  API_TOKENS: z.string().transform(tokenEntries).optional(),
  /** A file of such entries, read again when it changes. */
  API_TOKENS_FILE: z.string().optional(),
  /** OpenID Connect: tokens of this issuer for this audience are accepted too; both or neither. */
  OIDC_ISSUER: z.url(HTTP_ADDRESS).optional(),
  OIDC_AUDIENCE: z.string().optional(),
  /** Reading needs a token with the scope `read`, too. */
  REQUIRE_AUTH_FOR_READS: Flag.default(false),
  /** PUT, PATCH and DELETE without If-Match are 428. */
  REQUIRE_IF_MATCH: Flag.default(false),
  /** Requests a minute for each token or address, or `off`. */
  RATE_LIMIT: z
    .union([z.literal('off').transform(() => null), integer(1, 1_000_000)], {
      error: 'must be a number of requests a minute, or off',
    })
    .default(600),
  /** Valkey or Redis, where all instances count together; in memory without it. */
  REDIS_URL: z
    .url({ protocol: /^(redis|rediss|valkey|valkeys)$/, error: 'must be redis://host:6379' })
    .optional(),
  /** Proxies in front: how many, or their addresses as CIDRs by comma. Off believes no X-Forwarded-For. */
  TRUST_PROXY: z.string().transform(trustedProxies).optional(),
  /** Comma-separated names under which clients reach this service, without ports. Needed when HOST is a loopback address behind another name, and for requests that name their whole address. */
  MIRROR_HOSTS: z.string().transform(hostNames).optional(),
  /** Origins of web pages that may call the API, by comma; `*` is all. */
  CORS_ORIGINS: z.string().transform(origins).optional(),
};

/** What the variables have to do with each other. */
export function accessIsWhole(config: {
  OIDC_ISSUER?: string | undefined;
  OIDC_AUDIENCE?: string | undefined;
}) {
  return (config.OIDC_ISSUER === undefined) === (config.OIDC_AUDIENCE === undefined);
}

function tokenEntries(text: string, context: z.RefinementCtx): TokenEntry[] {
  try {
    return parseTokenEntries(text);
  } catch (error) {
    return refuse(context, error instanceof Error ? error.message : String(error));
  }
}

function trustedProxies(text: string, context: z.RefinementCtx): number | string[] | false {
  if (text === 'off') return false;
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  const ranges = list(text);
  return ranges.every(isRange)
    ? ranges
    : refuse(context, 'must be a number of proxies, CIDRs by comma, or off');
}

function isRange(range: string): boolean {
  const [address = '', bits, ...rest] = range.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

function origins(text: string, context: z.RefinementCtx): string[] {
  const all = list(text);
  const good = all.every(
    (origin) => origin === '*' || (URL.canParse(origin) && new URL(origin).origin === origin),
  );
  return good ? all : refuse(context, 'must be origins such as https://app.example.org by comma, or *');
}

function hostNames(text: string, context: z.RefinementCtx): string[] {
  const names = list(text);
  const good = names.every((name) => /^(\[[\da-f:.]+\]|[\w.-]+)$/i.test(name));
  return good ? names : refuse(context, 'must be names or addresses without ports, separated by commas');
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
