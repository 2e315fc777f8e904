import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';

describe.skipIf(!hasDatabase)('a mirror that is let go of and asked for at the same moment', () => {
  const database = useDatabase();
  const api = useApi(database);

  it('has a sync queued in the end', async () => {
    const dataset = { name: 'x', source_url: 'https://www.kaggle.com/datasets/ada/contended' };
    const { headers } = await api.post('/datasets', dataset);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      // What DELETE does, stopped before its end.
      await client.query('BEGIN');
      await client.query('DELETE FROM datasets WHERE id = $1', [String(headers.location).split('/').at(-1)]);
      await client.query("SELECT FROM mirrors WHERE ref = 'ada/contended' FOR NO KEY UPDATE");
      await client.query("UPDATE syncs SET state = 'cancelled', finished_at = now() WHERE state = 'queued'");
      const again = api.post('/datasets', dataset);
      await waiting(database.url);
      await client.query('COMMIT');
      expect((await again).status).toBe(201);
      const { rows } = await client.query('SELECT state FROM syncs ORDER BY id');
      expect(rows).toEqual([{ state: 'cancelled' }, { state: 'queued' }]);
    } finally {
      await client.end();
    }
  });
});

/** Resolves when a statement waits for a lock. */
async function waiting(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    for (let waits = false; !waits; ) {
      const { rowCount } = await client.query(
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
      );
      waits = (rowCount ?? 0) > 0;
    }
  } finally {
    await client.end();
  }
}
