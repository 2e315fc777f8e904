import { BackendTerminatedError, ConnectionError } from 'slonik';
import { DatabaseBusyError } from './admission.ts';

/** What a failed statement means to whoever asked for it. */
export type DatabaseFailure = 'unavailable' | 'timeout' | 'conflict' | 'invalid';

/** By SQLSTATE, or its two-character class (PostgreSQL, appendix A). */
const BY_SQLSTATE: Record<string, DatabaseFailure> = {
  '0A000': 'unavailable', // a migration changed a table under a prepared statement; the next connection plans anew
  '08': 'unavailable', // connection exception
  '22': 'invalid', // data exception
  '23': 'conflict', // integrity constraint violation
  '25006': 'unavailable', // read-only: a standby during failover
  '40': 'conflict', // transaction rollback, after Slonik's retries
  '53': 'unavailable', // insufficient resources
  '55P03': 'timeout', // lock not available
  '57': 'unavailable', // operator intervention, shutdown
  '57014': 'timeout', // statement cancelled
  '3D000': 'unavailable', // database does not exist (yet)
  '42P01': 'unavailable', // a table is missing: migrations have not run
  '42703': 'unavailable', // a column is missing: migrations have not run
};

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
]);

const UNANSWERED = [ConnectionError, BackendTerminatedError, DatabaseBusyError];

/** Sorts an error out of Slonik or `pg`; undefined when it is not the database's. */
export function classifyDatabaseError(error: unknown): DatabaseFailure | undefined {
  if (UNANSWERED.some((type) => error instanceof type)) return 'unavailable';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (NETWORK.has(code)) return 'unavailable';
  return BY_SQLSTATE[code] ?? (/^[0-9A-Z]{5}$/.test(code) ? BY_SQLSTATE[code.slice(0, 2)] : undefined);
}
