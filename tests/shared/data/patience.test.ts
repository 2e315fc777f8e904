import { setTimeout as sleep } from 'node:timers/promises';
import { BackendTerminatedError, type DatabasePool } from 'slonik';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createDatabase } from '#shared/data/database.ts';
import { classifyDatabaseError } from '#shared/data/database-errors.ts';
import { patient } from '#shared/data/patience.ts';
import { sql } from '#shared/data/sql.ts';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useProxy } from '#tests/setup/proxy.ts';
import { useSql } from '#tests/setup/sql.ts';

const One = z.object({ one: z.int() });

describe.skipIf(!hasDatabase)('a patient handle', () => {
  const database = useDatabase();
  const proxy = useProxy(database);
  const look = useSql(database);
  const stop = new AbortController();
  let pool: DatabasePool;
  let db: DatabasePool;

  beforeAll(async () => {
    const options = { name: 'patience', poolSize: 2, statementTimeout: 5_000, validateRows: true };
    pool = await createDatabase({ url: proxy.url, ...options });
    db = patient(pool, stop.signal);
  });
  afterAll(() => pool?.end());

  it('repeats a statement until the database is there again', async () => {
    proxy.set('refusing');
    await expect(pool.one(sql.type(One)`SELECT 1 AS one`)).rejects.toThrow();
    const answer = db.one(sql.type(One)`SELECT 1 AS one`);
    await sleep(200);
    proxy.set('open');
    expect(await answer).toEqual({ one: 1 });
  });

  it('repeats a transaction whole, and keeps nothing of what broke off', async () => {
    let tries = 0;
    await db.transaction(async (tx) => {
      tries += 1;
      await tx.query(sql.typeAlias('void')`INSERT INTO mirrors (owner, slug) VALUES ('ada', 'set')`);
      if (tries > 1) return;
      proxy.set('refusing');
      setTimeout(() => proxy.set('open'), 200);
      await tx.query(sql.typeAlias('void')`SELECT`);
    });
    expect(tries).toBe(2);
    expect(await look('SELECT ref FROM mirrors')).toEqual([{ ref: 'ada/set' }]);
  });

  it('does not repeat what the database refuses', async () => {
    let tries = 0;
    const refused = db.transaction(async (tx) => {
      tries += 1;
      await tx.query(sql.typeAlias('void')`INSERT INTO mirrors (owner, slug) VALUES ('ADA', 'set')`);
    });
    expect(classifyDatabaseError(await refused.catch((error) => error))).toBe('conflict');
    expect(tries).toBe(1);
  });

  it('gives up with the error of the database when it is stopped', async () => {
    let tries = 0;
    const failing = db.transaction(async () => {
      tries += 1;
      throw new BackendTerminatedError(new Error('gone'));
    });
    stop.abort();
    expect(classifyDatabaseError(await failing.catch((error) => error))).toBe('unavailable');
    expect(tries).toBeLessThanOrEqual(2);
  });
});
