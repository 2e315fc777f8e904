import { createHash } from 'node:crypto';
import type { CommonQueryMethods, DatabaseTransactionConnection } from 'slonik';
import { count } from '#shared/telemetry/measure.ts';
import { Problem } from './problems.ts';
import type { Result } from './results.ts';

interface RequestKey {
  caller: string;
  route: string;
  key: string;
}

interface StoredAnswer {
  same: boolean;
  status: number;
  headers: Record<string, string>;
  body: string | null;
}

/** Where keys and answers are kept, in the transaction of the request itself. */
export interface KeyStore {
  claimKey(
    tx: CommonQueryMethods,
    request: RequestKey,
    fingerprint: Buffer,
  ): Promise<'claimed' | 'running' | StoredAnswer>;
  storeAnswer(tx: CommonQueryMethods, request: RequestKey, answer: Omit<StoredAnswer, 'same'>): Promise<void>;
}

interface Request {
  db: CommonQueryMethods;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  caller: string;
  path: string;
  body: unknown;
}

/**
 * Runs a POST at most once for each Idempotency-Key (draft-ietf-httpapi-idempotency-key-header), and repeats its
 * answer for 24 hours. Answer and effect are one transaction; failures are not kept.
 * @throws {Problem} idempotency-key-in-use while the first one runs, idempotency-key-reused for another body
 */
export async function oncePerKey(
  { db, headers, caller, path, body }: Request,
  { claimKey, storeAnswer }: KeyStore,
  run: (db: CommonQueryMethods) => Promise<Result>,
): Promise<Result> {
  const key = readKey(headers['idempotency-key']);
  if (key === null) return run(db);
  const request = { caller, route: `POST ${path}`, key };
  const fingerprint = createHash('sha256').update(JSON.stringify(body)).digest();
  const outcome = await db.transaction(async (tx: DatabaseTransactionConnection) => {
    const claim = await claimKey(tx, request, fingerprint);
    if (claim !== 'claimed') return claim;
    const result = await run(tx);
    const { status, headers } = result;
    await storeAnswer(tx, request, { status, headers, body: textOf(result.body) });
    return { result };
  });
  count('idempotency', 1, { 'kaggle_data.outcome': nameOf(outcome) });
  if (outcome === 'running')
    return refuse(
      'idempotency-key-in-use',
      'The first request with this Idempotency-Key is still in progress. Retry in a second.',
    );
  if ('result' in outcome) return outcome.result;
  if (!outcome.same)
    return refuse(
      'idempotency-key-reused',
      'This Idempotency-Key was used with another body. Use a new key for a new body.',
    );
  return {
    status: outcome.status,
    headers: { ...outcome.headers, 'idempotency-replayed': 'true' },
    body: outcome.body ?? undefined,
  };
}

function textOf(body: unknown): string | null {
  if (body === undefined) return null;
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function nameOf(outcome: 'running' | { result: Result } | StoredAnswer): string {
  if (outcome === 'running') return 'in_use';
  if ('result' in outcome) return 'first';
  return outcome.same ? 'replayed' : 'reused';
}

/** The Idempotency-Key of a request, null without one. @throws {Problem} validation-failed for what is none */
export function readKey(field: string | string[] | undefined): string | null {
  if (field === undefined) return null;
  if (typeof field === 'string' && /^[\x21-\x7e]{1,255}$/.test(field)) return field;
  const detail = 'must have 1 to 255 visible ASCII characters';
  throw new Problem('validation-failed', `Idempotency-Key ${detail}.`, {
    errors: [{ header: 'Idempotency-Key', code: 'malformed', detail }],
  });
}

function refuse(slug: 'idempotency-key-in-use' | 'idempotency-key-reused', detail: string): never {
  throw new Problem(
    slug,
    detail,
    slug === 'idempotency-key-in-use' ? { headers: { 'retry-after': '1' } } : {},
  );
}
