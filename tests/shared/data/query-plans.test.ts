import pg from 'pg';
import { createPool, type DatabasePool } from 'slonik';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listDatasets } from '#shared/data/dataset-list.ts';
import {
  datasetExists,
  deleteDataset,
  findDataset,
  insertDataset,
  lockDataset,
  updateDataset,
} from '#shared/data/datasets.ts';
import { createDriver } from '#shared/data/driver.ts';
import { claimKey, storeAnswer } from '#shared/data/idempotency.ts';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

const ROWS = 100_000;
const SORTS = ['name', 'created_at', 'id'] as const;

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

const ANY = { only: null, except: [] };

describe.skipIf(!hasDatabase)(`the plan over ${ROWS} rows of`, () => {
  const database = useDatabase();
  const sql = useSql(database);
  let pool: DatabasePool;
  const sent: { text: string; values: unknown[] }[] = [];

  beforeAll(async () => {
    // Without documents for the search, which would take a minute.
    await sql('ALTER TABLE datasets DISABLE TRIGGER search_added');
    await sql(`INSERT INTO datasets (name, description, created_at, updated_at)
      SELECT md5(i::text) || ' Ä' || i % 100, repeat('d', 200), t, t
      FROM generate_series(1, ${ROWS}) i, LATERAL (SELECT timestamptz '2026-01-01' + make_interval(secs => i / 7)) times (t)`);
    await sql(`INSERT INTO idempotency_keys (caller, route, key, fingerprint, created_at)
      SELECT 'anyone', 'POST /datasets', i::text, '\\x00', now() - make_interval(mins => i % 1400) FROM generate_series(1, ${ROWS}) i`);
    await sql('ALTER TABLE datasets ENABLE TRIGGER search_added');
    await sql('VACUUM ANALYZE');
    pool = await createPool(database.url, {
      driverFactory: createDriver({ connectionString: database.url }, 10_000),
      resetConnection: async () => {},
      interceptors: [
        {
          name: 'remember',
          beforeQueryExecution: async (_context, { sql: text, values }) => {
            sent.push({ text, values: [...values] });
            return null;
          },
        },
      ],
    });
  });
  afterAll(() => pool?.end());

  /** The plans of all that `run` sends, with the planner left alone; nothing of it is kept. */
  async function plansOf(run: () => Promise<unknown>): Promise<Plan[]> {
    sent.length = 0;
    await run();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      const plans: Plan[] = [];
      for (const { text, values } of sent) {
        await client.query('BEGIN');
        const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
        await client.query('ROLLBACK');
        plans.push(rows[0]['QUERY PLAN'][0].Plan);
      }
      return plans;
    } finally {
      await client.end();
    }
  }

  async function expectLean(run: () => Promise<unknown>, most: number) {
    const plans = await plansOf(run);
    expect(plans.length).toBeGreaterThan(0);
    for (const node of plans.flatMap(nodesOf)) {
      const what = JSON.stringify(node);
      expect(node['Node Type'], what).not.toMatch(/Seq Scan|Sort/);
      expect(node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0), what).toBeLessThanOrEqual(most);
    }
  }

  describe.each(SORTS)('the list by %s', (column) => {
    describe.each([false, true])('descending: %s', (descending) => {
      it.each([
        ['first', 0],
        ['middle', ROWS / 2],
        ['last', ROWS - 101],
      ])('%s page', async (_page, offset) => {
        const collation = column === 'name' ? ' COLLATE "C"' : '';
        const direction = descending ? 'DESC' : 'ASC';
        const [row] = await sql(
          `SELECT ${column === 'created_at' ? `to_json(created_at AT TIME ZONE 'UTC') #>> '{}'` : column} AS key, id
          FROM datasets ORDER BY ${column}${collation} ${direction}, id ${direction} OFFSET ${offset} LIMIT 1`,
        );
        const key = column === 'created_at' ? `${row?.key}Z` : (row?.key as string | number);
        const after = offset === 0 ? null : column === 'id' ? [Number(row?.id)] : [key, Number(row?.id)];
        await expectLean(() => listDatasets(pool, { column, descending, after, limit: 101 }), 101);
      });
    });
  });

  it.each<[string, () => Promise<unknown>, number]>([
    ['find', () => findDataset(pool, ROWS / 2), 1],
    ['exists', () => datasetExists(pool, ROWS / 2), 1],
    ['update', () => updateDataset(pool, 17, { name: 'x' }, ANY), 1],
    [
      'update of one version',
      () => updateDataset(pool, 18, { description: null }, { only: [1, 2], except: [3] }),
      1,
    ],
    ['lock', () => lockDataset(pool, 19, { only: [1], except: [] }, { to: 'remove' }), 1],
    ['delete', () => deleteDataset(pool, 19), 1],
    [
      'insert',
      () =>
        insertDataset(pool, {
          name: 'x',
          description: null,
          source_url: null,
          mirror_ref: null,
          pinned_version: null,
        }),
      1,
    ],
    [
      'claim of a key',
      () => claimKey(pool, { caller: 'anyone', route: 'POST /datasets', key: '77' }, Buffer.of(0)),
      1,
    ],
    [
      'storing an answer',
      () =>
        storeAnswer(
          pool,
          { caller: 'anyone', route: 'POST /datasets', key: '77' },
          { status: 201, headers: {}, body: '' },
        ),
      5,
    ],
  ])('%s', async (_what, run, most) => expectLean(run, most));
});

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}
