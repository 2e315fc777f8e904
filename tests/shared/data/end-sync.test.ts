import type { DatabasePool } from 'slonik';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '#shared/data/database.ts';
import { endSync } from '#shared/data/end-sync.ts';
import { requestMirror } from '#shared/data/mirrors.ts';
import { endUnchanged } from '#shared/data/standing.ts';
import { type Claim, claimSync } from '#shared/data/sync-queue.ts';
import { cancelSync, findSync } from '#shared/data/syncs.ts';
import { parseDescription } from '#shared/kaggle/description.ts';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

const FAILURE = {
  state: 'failed',
  soft: false,
  error: { type: '/problems/sync-failed', title: 'The sync failed', status: 500, detail: 'A test.' },
} as const;

describe.skipIf(!hasDatabase)('the end of a sync', () => {
  const database = useDatabase();
  const sql = useSql(database);
  let db: DatabasePool;

  beforeAll(async () => {
    const options = { name: 'end-sync', poolSize: 2, statementTimeout: 5_000, validateRows: true };
    db = await createDatabase({ url: database.url, ...options });
  });
  afterAll(() => db?.end());

  async function claimed(slug: string): Promise<Claim> {
    const source = { owner: 'ada', slug, ref: `ada/${slug}`, pinnedVersion: null };
    await db.transaction((tx) => requestMirror(tx, source));
    const claim = await claimSync(db, { refs: [source.ref], leaseSeconds: 60 });
    if (claim === null) throw new Error('nothing was queued');
    return claim;
  }
  const mirrorOf = async ({ mirror_id }: Claim) =>
    (
      await sql('SELECT state, stale, checked_at IS NOT NULL AS checked FROM mirrors WHERE id = $1', [
        mirror_id,
      ])
    )[0];

  it.each([
    ['ready', 'succeeded', { state: 'ready', stale: false, checked: true }],
    [FAILURE, 'failed', { state: 'failed', stale: true, checked: false }],
    [null, 'succeeded', { state: 'queued', stale: false, checked: false }],
  ] as const)('%j is told by sync and mirror, and may be told twice', async (outcome, state, mirror) => {
    const claim = await claimed(`told-${state}-${mirror.state}`);
    expect(await endSync(db, claim, outcome)).toBe(true);
    expect(await endSync(db, claim, outcome)).toBe(true);
    expect(await findSync(db, claim.id)).toMatchObject({
      state,
      error: outcome === FAILURE ? FAILURE.error : null,
    });
    expect(await mirrorOf(claim)).toEqual(mirror);
  });

  it('is not ours to tell of a sync that was cancelled, or that another worker claimed', async () => {
    const cancelled = await claimed('cancelled');
    expect(await cancelSync(db, cancelled.id, () => true)).toBe('cancelled');
    expect(await cancelSync(db, cancelled.id, () => true)).toBe('finished');
    const taken = await claimed('taken');
    await sql("UPDATE syncs SET lease_until = now() - interval '1 second' WHERE id = $1", [taken.id]);
    const other = await claimSync(db, { refs: ['ada/taken'], leaseSeconds: 60 });
    expect(other?.id).toBe(taken.id);
    for (const claim of [cancelled, taken])
      for (const outcome of ['ready', FAILURE] as const)
        expect(await endSync(db, claim, outcome)).toBe(false);
    expect(await findSync(db, cancelled.id)).toMatchObject({ state: 'cancelled', error: null });
    expect(await findSync(db, taken.id)).toMatchObject({ state: 'running', error: null });
    expect(await mirrorOf(taken)).toMatchObject({ state: 'queued', stale: false });
  });

  describe('whose check found everything as it was', () => {
    const told = {
      checked: { upstreamVersion: 2, upstreamUpdatedAt: null, licence: 'CC0' },
      said: { description: parseDescription('{}'), received: '{"title":"as told"}' },
    };
    const known = async ({ mirror_id }: Claim) =>
      (
        await sql(
          `SELECT state, upstream_version, licence, received FROM mirrors
           LEFT JOIN mirror_metadata ON mirror_id = id WHERE id = $1`,
          [mirror_id],
        )
      )[0];

    it('keeps what Kaggle said, and may be told twice', async () => {
      const claim = await claimed('unchanged');
      expect(await endUnchanged(db, claim, told.checked, told.said)).toBe(true);
      expect(await endUnchanged(db, claim, told.checked, told.said)).toBe(true);
      expect(await findSync(db, claim.id)).toMatchObject({ state: 'succeeded', error: null });
      expect(await known(claim)).toEqual({
        state: 'ready',
        upstream_version: 2,
        licence: 'CC0',
        received: told.said.received,
      });
    });

    it('writes nothing when another worker claimed it', async () => {
      const claim = await claimed('unchanged-taken');
      await sql("UPDATE syncs SET lease_until = now() - interval '1 second' WHERE id = $1", [claim.id]);
      expect(await claimSync(db, { refs: [claim.ref], leaseSeconds: 60 })).not.toBeNull();
      expect(await endUnchanged(db, claim, told.checked, told.said)).toBe(false);
      expect(await findSync(db, claim.id)).toMatchObject({ state: 'running' });
      expect(await known(claim)).toMatchObject({ state: 'queued', upstream_version: null, received: null });
    });
  });
});
