import type { FastifyInstance, FastifyRequest } from 'fastify';
import { record } from '#shared/telemetry/measure.ts';
import { authenticate, type Caller, requireScope, type TokenSources } from './authentication.ts';
import type { FunctionDefinition } from './define-function.ts';
import { Problem } from './problems.ts';
import { type Count, limitRate } from './rate-limit.ts';

export interface GuardOptions {
  /** Null lets everybody do everything. */
  tokens: TokenSources | null;
  /** Whether reading needs a token too. */
  protectReads: boolean;
  /** Requests a minute for each token or address; null is no limit. */
  rateLimit: { quota: number; count: Count } | null;
}

const ANYONE = 'anyone';
const callers = new WeakMap<FastifyRequest, Caller>();

/** Who a request speaks for; see `Caller`. */
export function callerOf(request: FastifyRequest): string {
  return callers.get(request)?.name ?? ANYONE;
}

/** Counts, identifies and admits each request before its body is read. */
export function guard(app: FastifyInstance, { tokens, protectReads, rateLimit }: GuardOptions): void {
  if (tokens === null && rateLimit === null) return;
  app.addHook('onRequest', async (request, reply) => {
    const { definition } = request.routeOptions.config as { definition?: FunctionDefinition };
    if (definition?.unlimited) return;
    // Whoever guesses tokens is counted by address, and told of the limit before anything else.
    const { caller, refusal } = await identify(tokens, request.headers.authorization);
    if (caller) callers.set(request, caller);
    if (tokens) record('authentication', 1, { 'kaggle_data.outcome': outcomeOf(caller, refusal) });
    if (rateLimit) {
      const key = caller?.name ?? `address:${request.ip}`;
      reply.headers(await limitRate(rateLimit.count, key, rateLimit.quota));
    }
    if (tokens === null || definition === undefined || definition.access === 'open') return;
    const reading = definition.method === 'GET';
    if (reading && !protectReads) return;
    if (refusal) throw refusal;
    requireScope(caller, reading ? 'read' : 'write');
  });
}

async function identify(tokens: TokenSources | null, field: string | undefined) {
  try {
    return { caller: tokens && (await authenticate(tokens, field)), refusal: null };
  } catch (error) {
    return { caller: null, refusal: error };
  }
}

function outcomeOf(caller: Caller | null, refusal: unknown): string {
  if (refusal === null) return caller?.name.split(':', 1)[0] ?? ANYONE;
  return refusal instanceof Problem && refusal.status === 503 ? 'unavailable' : 'refused';
}
