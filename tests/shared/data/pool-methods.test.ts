import { createPool, type DatabasePool } from 'slonik';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDriver } from '#shared/data/driver.ts';
import { POOL_METHODS } from '#shared/data/pool-methods.ts';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';

/** Of the pool itself; and `stream`, which our driver does not offer. */
const OTHERS = ['end', 'state', 'stream'];

describe.skipIf(!hasDatabase)('the pool of Slonik', () => {
  const database = useDatabase();
  let pool: DatabasePool;
  beforeAll(async () => {
    pool = await createPool(database.url, {
      driverFactory: createDriver({ connectionString: database.url }, 10_000),
    });
  });
  afterAll(() => pool?.end());

  it('asks the database by no methods but those that are bounded and repeated', () => {
    const methods = Object.entries(pool)
      .filter(([, value]) => typeof value === 'function')
      .map(([name]) => name);
    expect(methods.toSorted()).toEqual([...POOL_METHODS, ...OTHERS].toSorted());
  });
});
