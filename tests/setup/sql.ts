import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { hasDatabase, type TestDatabase } from './api.ts';

type Rows = Record<string, unknown>[];

/** Looks into a test's database past the code under test. */
export function useSql({ url }: TestDatabase): (text: string, values?: unknown[]) => Promise<Rows> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  if (hasDatabase) {
    beforeAll(() => client.connect().then(() => {}));
    afterAll(() => client.end());
  }
  return async (text, values) => (await client.query(text, values)).rows;
}
