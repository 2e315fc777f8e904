import type { DatabasePool } from 'slonik';

/** All methods of a pool that ask the database something; a test compares them with the pool's own. */
export const POOL_METHODS = [
  'any',
  'anyFirst',
  'connect',
  'exists',
  'many',
  'manyFirst',
  'maybeOne',
  'maybeOneFirst',
  'one',
  'oneFirst',
  'query',
  'record',
  'transaction',
] as const;

/** The pool with each of these methods run by `run`, whole transactions as one. */
export function aroundMethods(
  pool: DatabasePool,
  run: (ask: () => Promise<unknown>) => Promise<unknown>,
): DatabasePool {
  const methods = POOL_METHODS.map((name) => {
    const method = pool[name] as (...args: unknown[]) => Promise<unknown>;
    return [name, (...args: unknown[]) => run(() => method(...args))];
  });
  return { ...pool, ...Object.fromEntries(methods) };
}
