import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, openEngine, rowsOf } from '#shared/tables/open-engine.ts';
import { lockDown } from '#shared/tables/sql/lock-down.ts';
import { parseQuery } from '#shared/tables/sql/parse-query.ts';
import { QueryRefusal } from '#shared/tables/sql/query-refusal.ts';
import { isSlow, seed } from '#tests/setup/sample.ts';
import { arbitraryQuery } from './arbitrary-query.ts';

const RUNS = isSlow ? 20_000 : 400;

describe('random queries', () => {
  const folder = mkdtempSync(join(tmpdir(), 'queries-'));
  const path = join(folder, 'orders.parquet');
  let engine: Engine;
  let connection: DuckDBConnection;
  beforeAll(async () => {
    engine = await openEngine({ memory: '128MB', spill: null });
    connection = await engine.connect();
    await connection.run(`COPY (SELECT range AS id FROM range(3)) TO '${path}' (FORMAT parquet)`);
    const view = { name: 'orders', path, json: [], numbered: false };
    await lockDown(
      connection,
      [
        { ...view, schema: '' },
        { ...view, schema: 'v1' },
      ],
      { writes: false },
    );
  });
  afterAll(async () => {
    connection.closeSync();
    engine.close();
    await rm(folder, { recursive: true });
  });

  it(`${RUNS} of them run unless a part of them is hostile, and change nothing`, {
    timeout: 600_000,
  }, async () => {
    const seen = { refused: 0, ran: 0, failed: 0 };
    await fc.assert(
      fc.asyncProperty(arbitraryQuery, async ({ sql, hostile }) => {
        const refusal = await parseQuery(connection, sql).then(
          () => null,
          (error) => error,
        );
        if (hostile) {
          expect(refusal).toBeInstanceOf(QueryRefusal);
          seen.refused += 1;
          return;
        }
        expect(refusal).toBeNull();
        // Types may not fit, but nothing but its tables is there.
        await connection.run(sql).then(
          () => {
            seen.ran += 1;
          },
          ({ message }) => {
            seen.failed += 1;
            expect(message).toMatch(/"exception_type":"(Binder|Conversion|Invalid Input)"/);
          },
        );
        expect(await rowsOf(connection, 'SELECT sum(id)::INT AS sum FROM v1.orders')).toEqual([{ sum: 3 }]);
      }),
      { numRuns: RUNS, seed, endOnFailure: true },
    );
    process.stdout.write(`random queries: ${JSON.stringify(seen)}\n`);
    for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(RUNS / 40);
  });

  it('the lock holds by itself where the check would have failed', async () => {
    for (const sql of [
      "SELECT * FROM read_csv('/etc/passwd')",
      "SELECT * FROM read_text('/etc/passwd')",
      "SELECT * FROM read_blob('/etc/hostname')",
      "SELECT * FROM read_parquet('/tmp/other.parquet')",
      `SELECT * FROM read_parquet('${folder}/../other.parquet')`,
      "SELECT * FROM '/etc/passwd'",
      "SELECT * FROM read_csv('https://example.org/x.csv')",
      "SELECT * FROM sniff_csv('/etc/passwd')",
      "COPY orders TO '/tmp/x.csv'",
      "ATTACH '/tmp/x.db'",
      "EXPORT DATABASE '/tmp/x'",
      'INSTALL httpfs',
      'LOAD httpfs',
      "SET memory_limit = '10GB'",
      'RESET memory_limit',
      'SET enable_external_access = true',
      'SET lock_configuration = false',
      "SET allowed_paths = ['/etc/passwd']",
      "SET log_query_path = '/tmp/x'",
    ])
      await expect(connection.run(sql), sql).rejects.toThrow();
    expect(
      await rowsOf(connection, "SELECT count(*)::INT AS files FROM glob('/etc/*')").catch(() => 'denied'),
    ).toEqual('denied');
    expect(await rowsOf(connection, 'SELECT count(*)::INT AS n FROM orders')).toEqual([{ n: 3 }]);
  });
});
