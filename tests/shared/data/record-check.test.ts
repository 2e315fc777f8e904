import type { DatabasePool } from 'slonik';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '#shared/data/database.ts';
import { recordDescription } from '#shared/data/metadata.ts';
import { recordCheck } from '#shared/data/mirror-state.ts';
import { requestMirror } from '#shared/data/mirrors.ts';
import { type Claim, claimSync } from '#shared/data/sync-queue.ts';
import { parseDescription } from '#shared/kaggle/description.ts';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

describe.skipIf(!hasDatabase)('what a check of Kaggle told', () => {
  const database = useDatabase();
  const sql = useSql(database);
  let db: DatabasePool;

  beforeAll(async () => {
    const options = { name: 'record-check', poolSize: 2, statementTimeout: 5_000, validateRows: true };
    db = await createDatabase({ url: database.url, ...options });
  });
  afterAll(() => db?.end());

  const tell = async (claim: Claim, version: number) => {
    await recordCheck(db, claim, { upstreamVersion: version, upstreamUpdatedAt: null, licence: null });
    const received = `{"title":"as of ${version}"}`;
    await recordDescription(db, claim, { description: parseDescription(received), received });
  };
  const known = () =>
    sql('SELECT upstream_version, received FROM mirrors LEFT JOIN mirror_metadata ON mirror_id = id');

  it('is kept, until another worker has the sync', async () => {
    const source = { owner: 'ada', slug: 'told', ref: 'ada/told', pinnedVersion: null };
    await db.transaction((tx) => requestMirror(tx, source));
    const claim = () => claimSync(db, { refs: [source.ref], leaseSeconds: 60 }) as Promise<Claim>;
    const first = await claim();
    await tell(first, 1);
    expect(await known()).toEqual([{ upstream_version: 1, received: '{"title":"as of 1"}' }]);
    await sql(`UPDATE syncs SET lease_until = now() - interval '1 second'`);
    await tell(await claim(), 3);
    await tell(first, 2);
    expect(await known()).toEqual([{ upstream_version: 3, received: '{"title":"as of 3"}' }]);
  });
});
