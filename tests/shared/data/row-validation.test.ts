import { SchemaValidationError } from 'slonik';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '#shared/data/database.ts';
import { classifyDatabaseError } from '#shared/data/database-errors.ts';
import { findDataset } from '#shared/data/datasets.ts';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

describe.skipIf(!hasDatabase)('rows', () => {
  const database = useDatabase();
  const sql = useSql(database);
  const open = (validateRows: boolean) =>
    createDatabase({ url: database.url, name: 'test', poolSize: 1, statementTimeout: 4_000, validateRows });
  let checked: Awaited<ReturnType<typeof open>>;
  let trusted: typeof checked;
  beforeAll(async () => {
    [checked, trusted] = [await open(true), await open(false)];
    await sql(`INSERT INTO datasets (name, created_at) VALUES ('x', '2026-06-01 12:00:00.000001+02')`);
  });
  afterAll(() => Promise.all([checked?.end(), trusted?.end()]));

  it('keep the microseconds of their times', async () => {
    expect((await findDataset(checked, 1))?.created_at).toBe('2026-06-01T10:00:00.000001Z');
  });

  it('that are not what their schema says are refused where it is asked for', async () => {
    await sql('ALTER TABLE datasets ALTER COLUMN row_version TYPE text');
    // The statement prepared before belongs to the old table: that connection is given up, and the next is fine.
    const stale = await findDataset(checked, 1).catch((error) => error);
    expect(classifyDatabaseError(stale)).toBe('unavailable');
    await expect(findDataset(checked, 1)).rejects.toThrow(SchemaValidationError);
    expect(await findDataset(trusted, 1)).toMatchObject({ row_version: '1' });
  });
});
