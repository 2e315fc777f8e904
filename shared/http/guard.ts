import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SCOPES, type Scope } from '#shared/config/api-tokens.ts';
import { count } from '#shared/telemetry/measure.ts';
import { authenticate, type Caller, requireScope, type TokenSources } from './authentication.ts';
import { clientNetwork } from './client-address.ts';
import type { Access } from './define-function.ts';
import type { Dialect } from './dialect.ts';
import type { nothingThere } from './nothing-there.ts';
import { limitDownloads } from './open-downloads.ts';
import { perRequest } from './per-request.ts';
import { Problem } from './problems.ts';
import { type Count, limitRate } from './rate-limit.ts';
import { servedBy } from './served.ts';
import { type Sessions, sessionCookie } from './sessions.ts';

export interface GuardOptions {
  /** Null lets everybody do everything. */
  tokens: TokenSources | null;
  /** Whether reading needs a token too. */
  protectReads: boolean;
  /** For callers without a token; absent where nobody signs in. */
  sessions?: Sessions | null;
  /** Requests a minute for each token or client's network, and its open downloads; null is no limit. */
  rateLimit: { quota: number; count: Count } | null;
  /** Whether who queries needs a token even where reading needs none; so it is unless it is `false`. */
  protectQueries?: boolean;
}

type Rules = Pick<GuardOptions, 'tokens' | 'protectReads' | 'protectQueries'>;

/** Whether what has this access is refused without a token. */
export function needsToken(
  access: Access,
  { tokens, protectReads, protectQueries = true }: Rules,
): access is Exclude<Access, 'open'> {
  if (tokens === null || access === 'open') return false;
  return access === 'write' || protectReads || (access === 'query' && protectQueries);
}

const ANYONE = 'anyone';
const callers = perRequest<Caller>();
const scopes = perRequest<readonly Scope[]>();

/** Who a request speaks for; see `Caller`. */
export function callerOf(request: FastifyRequest): string {
  return callers.get(request)?.name ?? ANYONE;
}

/** Whether who sent a request may do what needs this scope. */
export function mayDo(request: FastifyRequest, scope: Scope): boolean {
  return scopes.get(request)?.includes(scope) ?? false;
}

/** Who is counted for a request: its caller, or the network that it came from. */
export function countedAs(request: FastifyRequest): string {
  return callers.get(request)?.name ?? `address:${addressOf(request)}`;
}

/** Counts, identifies and admits each request before its body is read; what no function serves goes no further. */
export function guard(
  app: FastifyInstance,
  options: GuardOptions,
  { dialectOf, problemOf }: ReturnType<typeof nothingThere>,
): void {
  const { tokens, rateLimit } = options;
  const admitDownload = limitDownloads();
  const toAnyone: readonly Scope[] = SCOPES.filter((scope) => !needsToken(scope, options));
  app.addHook('onRequest', async (request, reply) => {
    const served = servedBy(request);
    if (served?.definition.unlimited) return;
    const dialect = dialectOf(request);
    // Whoever guesses tokens is counted by address, and told of the limit before anything else.
    const { caller, refusal } = await identify(options, request, dialect);
    if (caller) callers.set(request, caller);
    scopes.set(
      request,
      caller ? SCOPES.filter((scope) => toAnyone.includes(scope) || caller.scopes.includes(scope)) : toAnyone,
    );
    if (tokens) count('authentication', 1, { 'kaggle_data.outcome': outcomeOf(caller, refusal) });
    if (rateLimit) {
      const key = countedAs(request);
      const { download = false, policy } = served?.definition ?? {};
      const policies = [{ name: 'default', quota: rateLimit.quota }, ...(policy ? [policy] : [])];
      const needless = dialect.foreignCredentials && served && !needsToken(served.access, options);
      if (!download || (refusal && !needless)) reply.headers(await limitRate(rateLimit.count, key, policies));
      if (download) admitDownload(key, reply.raw);
    }
    if (served === undefined) throw problemOf(request);
    const { access } = served;
    if (!needsToken(access, options)) return;
    if (refusal) throw refusal;
    requireScope(caller, access === 'query' ? 'read' : access, dialect);
  });
}

/** What is no address is counted as the peer that sent it. */
function addressOf({ ip, socket }: FastifyRequest): string {
  return clientNetwork(ip ?? '') ?? clientNetwork(socket.remoteAddress ?? '') ?? 'unknown';
}

async function identify({ tokens, sessions }: GuardOptions, request: FastifyRequest, dialect: Dialect) {
  try {
    const credentials = dialect.readCredentials(request.headers);
    const cookie = credentials === null && tokens && sessions ? sessionOf(request) : null;
    if (cookie !== null) return { caller: (await sessions?.resume(cookie)) ?? null, refusal: null };
    return { caller: tokens && (await authenticate(tokens, credentials, dialect)), refusal: null };
  } catch (error) {
    return { caller: null, refusal: error };
  }
}

/** Browsers send a cookie for any site: beyond the pages, which check the origin of a form, it counts for same-origin reads only. */
function sessionOf(request: FastifyRequest): string | null {
  const { method, headers } = request;
  const reads = method === 'GET' || method === 'HEAD';
  const ours = servedBy(request)?.group.sessions || (reads && headers['sec-fetch-site'] === 'same-origin');
  return ours ? sessionCookie(headers) : null;
}

function outcomeOf(caller: Caller | null, refusal: unknown): string {
  if (refusal === null) return caller?.name.split(':', 1)[0] ?? ANYONE;
  return refusal instanceof Problem && refusal.status === 503 ? 'unavailable' : 'refused';
}
