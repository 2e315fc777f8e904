import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';
import { sample } from './prometheus-text.ts';
import { useServer } from './server.ts';

const HOUR = 3_600;
/** Ages grow while a test runs. */
const SLACK = 600;

describe.skipIf(!hasDatabase)('the state that metrics tell', () => {
  const database = useDatabase();
  const sql = useSql(database);
  const api = useApi(database);
  beforeAll(async () => {
    for (const slug of ['fresh', 'lost', 'coming', 'waiting']) {
      const source = `https://www.kaggle.com/datasets/ada/${slug}`;
      expect((await api.post('/datasets', { name: slug, source_url: source })).status).toBe(201);
    }
    // Nobody's: it must not be counted.
    await sql("INSERT INTO mirrors (owner, slug, state, stale) VALUES ('ada', 'nobodys', 'failed', true)");
    const mirror = (slug: string, changes: string) =>
      sql(`UPDATE mirrors SET ${changes} WHERE slug = '${slug}'`);
    await mirror('fresh', "state = 'ready', checked_at = now() - interval '2 hours'");
    await mirror('lost', "state = 'gone', stale = true, checked_at = now() - interval '3 hours'");
    await mirror('coming', "state = 'downloading'");
    const sync = (slug: string, changes: string) =>
      sql(`UPDATE syncs SET ${changes} WHERE mirror_id = (SELECT id FROM mirrors WHERE slug = '${slug}')`);
    await sync('fresh', "state = 'succeeded', requested_at = now() - interval '9 hours'");
    await sync('lost', "state = 'failed', requested_at = now() - interval '9 hours'");
    await sync('coming', "state = 'running', requested_at = now() - interval '2 hours'");
    await sync('waiting', "requested_at = now() - interval '1 hour'");
    await sql(`UPDATE changes SET time = now() - interval '4 hours' + id * interval '1 hour'`);
    const first = '(SELECT min(id) FROM changes)';
    // All of its changes wait, but those of which a dead and a delivered delivery are there; nobody serves the other.
    await sql(`INSERT INTO delivery_targets (digest, host, change_id, seen_at) VALUES
      ('\\x01', 'hooks.example.org', ${first} + 2, now()),
      ('\\x02', 'removed.example.org', 0, now() - interval '3 days')`);
    await sql(`INSERT INTO deliveries (target_id, change_id, subject, state)
      SELECT 1, id, subject, (ARRAY['delivered', 'pending', 'dead'])[1 + id - ${first}]
      FROM changes WHERE id <= ${first} + 2
      UNION ALL SELECT 2, id, subject, 'pending' FROM changes`);
  });
  const server = useServer(database, () => ({ KAGGLE_DATA_ROOT: tmpdir() }));

  it('is how many mirrors there are in each state, and how many are stale', async () => {
    const text = await server.metrics();
    const mirrors = (state: string) => sample(text, 'mirrors', { kaggle_data_mirror_state: state });
    expect(['ready', 'gone', 'downloading', 'queued', 'failed'].map(mirrors)).toEqual([1, 1, 1, 1, 0]);
    expect(sample(text, 'staleMirrors')).toBe(1);
    expect(sample(text, 'migrationsPending')).toBe(0);
  });

  it('is the age of the oldest check', async () => {
    const age = sample(await server.metrics(), 'oldestCheck');
    expect(age).toBeGreaterThanOrEqual(3 * HOUR);
    expect(age).toBeLessThan(3 * HOUR + SLACK);
  });

  it('is the queue: how many wait and run, and how long the first has waited', async () => {
    const text = await server.metrics();
    const syncs = (state: string) => sample(text, 'queuedSyncs', { kaggle_data_sync_state: state });
    expect([syncs('queued'), syncs('running')]).toEqual([1, 1]);
    const age = sample(text, 'oldestQueuedSync');
    expect(age).toBeGreaterThanOrEqual(HOUR);
    expect(age).toBeLessThan(HOUR + SLACK);
  });

  it('is the deliveries: how many wait and are dead, and how old the oldest that waits is', async () => {
    const text = await server.metrics();
    const deliveries = (state: string) => sample(text, 'deliveries', { kaggle_data_delivery_state: state });
    expect([deliveries('pending'), deliveries('dead')]).toEqual([1, 1]);
    const age = sample(text, 'oldestDelivery');
    expect(age).toBeGreaterThanOrEqual(2 * HOUR);
    expect(age).toBeLessThan(2 * HOUR + SLACK);
  });

  it('is the size of the volume and what is free of it, in bytes', async () => {
    const text = await server.metrics();
    const { bsize, blocks, bavail } = await statfs(tmpdir());
    expect(sample(text, 'volumeSize')).toBe(blocks * bsize);
    // Others write to the same disk.
    const free = sample(text, 'volumeFree') ?? Number.NaN;
    expect(Math.abs(free - bavail * bsize)).toBeLessThan((blocks * bsize) / 10);
  });
});

describe.skipIf(!hasDatabase)('the state of a database that lacks a migration', () => {
  const database = useDatabase();
  const sql = useSql(database);
  beforeAll(async () => {
    await sql(`DELETE FROM graphile_migrate.migrations
      WHERE filename = (SELECT max(filename) FROM graphile_migrate.migrations)`);
  });
  const server = useServer(database);

  it('is told, and nothing of a volume where there is none', async () => {
    const text = await server.metrics();
    expect(sample(text, 'migrationsPending')).toBe(1);
    expect([sample(text, 'volumeSize'), sample(text, 'volumeFree')]).toEqual([undefined, undefined]);
    expect(sample(text, 'queuedSyncs', { kaggle_data_sync_state: 'queued' })).toBe(0);
  });
});
