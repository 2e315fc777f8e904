import { setTimeout as sleep } from 'node:timers/promises';
import type { CommonQueryMethods, DatabasePool } from 'slonik';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDatabase } from '#shared/data/database.ts';
import { endSync } from '#shared/data/end-sync.ts';
import { recordCheck, setMirrorState } from '#shared/data/mirror-state.ts';
import { patient } from '#shared/data/patience.ts';
import { evictPull, registerPulled } from '#shared/data/pulled-datasets.ts';
import { requestPull } from '#shared/data/pulls.ts';
import { recordVersion } from '#shared/data/record-version.ts';
import { pruneRuns, queueRun } from '#shared/data/runs.ts';
import { endUnchanged } from '#shared/data/standing.ts';
import { claimSync, extendLease, pruneSyncs, queueDue, returnSync } from '#shared/data/sync-queue.ts';
import { replaceUpstream } from '#shared/data/upstream-identity.ts';
import { parseDescription } from '#shared/kaggle/description.ts';
import { findTables } from '#shared/tables/find-tables.ts';
import { createRandom } from '#tests/load/random.ts';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { isSlow, seed } from '#tests/setup/sample.ts';
import { useSql } from '#tests/setup/sql.ts';

const MIRRORS = ['ada/one', 'ada/two', 'bob/three'];
const DATASETS = 6;
const PAST_SYNCS = 700;
const CLIENTS = 10;
const REQUESTS = isSlow ? 400 : 40;
const WORKERS = 3;
const ALL = { refs: null };
const MD5 = Buffer.alloc(16).toString('base64');

describe.skipIf(!hasDatabase)('many writers over few mirrors', () => {
  const database = useDatabase();
  const sql = useSql(database);
  const api = useApi(database);
  let pool: DatabasePool;

  beforeAll(async () => {
    pool = await createDatabase({
      url: database.url,
      name: 'job',
      poolSize: WORKERS + 1,
      statementTimeout: 60_000,
      validateRows: true,
    });
    // Connections are opened before the clock of a request runs: a starved machine takes seconds for each.
    for (let opened = false; !opened; ) {
      const first = await Promise.all(Array.from({ length: CLIENTS }, () => api.get('/datasets')));
      opened = first.every(({ status }) => status === 200);
    }
    for (let number = 0; number < DATASETS; number++)
      await api.post('/datasets', dataset(number, number % MIRRORS.length));
    // History that is old enough to be forgotten, asked for by datasets that are to be deleted.
    await sql(`INSERT INTO syncs (mirror_id, dataset_id, state, finished_at)
      SELECT 1 + i % (SELECT count(*)::int FROM mirrors), 1 + i % ${DATASETS}, 'succeeded', now() - interval '100 days'
      FROM generate_series(1, ${PAST_SYNCS}) i`);
  });

  it('never wait for each other in a circle, and no request fails', { timeout: 120_000 }, async () => {
    const failures: unknown[] = [];
    const statuses = new Set<number>();
    let succeeded = 0;
    const done = new AbortController();
    const db = patient(pool, done.signal);
    const clients = Array.from({ length: CLIENTS }, (_, index) => write(seed + index));
    const workers = Array.from({ length: WORKERS }, (_, index) => work(seed - index));
    const reading = read();
    await Promise.all(clients);
    // On a starved machine the clients may be done before any worker is.
    await vi.waitFor(() => expect(succeeded + failures.length).toBeGreaterThan(0), { timeout: 60_000 });
    done.abort();
    await Promise.all([...workers, reading]);
    expect(failures).toEqual([]);
    // Everything was tried with effect.
    expect([...statuses].toSorted()).toEqual([200, 201, 202, 204, 404, 409]);
    expect(succeeded).toBeGreaterThan(0);
    expect(await deadlocks()).toBe(0);

    async function write(own: number): Promise<void> {
      const random = createRandom(own);
      const upTo = (most: number) => Math.floor(random() * most);
      for (let count = 0; count < REQUESTS; count++) {
        const list = await api.get('/datasets?limit=50');
        if (list.status !== 200) failures.push(list.text);
        const listed: { id: number }[] = list.json().datasets ?? [];
        const path = `/datasets/${listed[upTo(listed.length)]?.id}`;
        const payload = dataset(count, upTo(MIRRORS.length + 1));
        const put = () => api.send({ method: 'PUT', url: path, payload });
        const patch = () =>
          api.send({ method: 'PATCH', url: path, payload: { source_url: payload.source_url } });
        const post = () => api.post('/datasets', payload, { 'idempotency-key': `${own}-${count}` });
        const batch = () => api.post('/datasets:batch', { datasets: pinned(count, random) });
        const remove = () => api.send({ method: 'DELETE', url: path });
        const accept = { accept_replacement: random() < 0.5 };
        const sync = () => api.post(`${path}/syncs`, accept);
        const cancel = async () => {
          const { syncs } = (await api.get('/syncs?state=queued&limit=5')).json();
          return api.send({ method: 'DELETE', url: `/syncs/${syncs[upTo(syncs.length)]?.id ?? 1}` });
        };
        const requests = [put, put, patch, patch, post, own === seed ? batch : put, remove, sync, cancel];
        const { status, text } = await (requests[upTo(requests.length)] ?? put)();
        statuses.add(status);
        if (status >= 500 || status === 400 || status === 422) failures.push(text);
      }
    }

    async function work(own: number): Promise<void> {
      const random = createRandom(own);
      while (!done.signal.aborted) {
        await queueDue(db, ALL).catch((error) => failures.push(error));
        await queueRun(db, `${own}-${Math.floor(random() * 3)}`).catch((error) => failures.push(error));
        await pruneSyncs(db).catch((error) => failures.push(error));
        await pruneRuns(db).catch((error) => failures.push(error));
        if (random() < 0.1) await sql('DELETE FROM search_words').catch((error) => failures.push(error));
        const ref = MIRRORS[Math.floor(random() * MIRRORS.length)] ?? '';
        const [owner = '', slug = ''] = ref.split('/');
        const request = { version: null, caller: String(own % 2), most: 20 };
        await requestPull(db, { owner, slug, ref }, request).catch((error) => failures.push(error));
        // Half of them are taken over while they go on.
        const leaseSeconds = random() < 0.5 ? 0 : 60;
        const claim = await claimSync(db, { ...ALL, leaseSeconds });
        if (claim === null) continue;
        const { mirror_id: mirrorId } = claim;
        const progress = {
          phase: 'record',
          bytesDone: 0,
          bytesTotal: null,
          bytesReserved: 0,
          bytesPerSecond: null,
        } as const;
        const holding = { leaseSeconds, progress };
        const version = { mirrorId, version: 1 + Math.floor(random() * 3), totalBytes: 1, fileCount: 1 };
        const sums = { sha256: '00'.repeat(32), crc32: 1, md5: MD5 };
        const files = [{ path: 'a.csv', size: 1, media_type: 'text/csv', ...sums }];
        const problem = { type: '/problems/sync-failed', title: 'x', status: 500, detail: 'x' };
        try {
          const check = { upstreamVersion: 3, upstreamUpdatedAt: null, licence: null };
          await recordCheck(db, claim, check);
          if (random() < 0.3) {
            const received = JSON.stringify({ subtitle: words(random) });
            const told = { description: parseDescription(received), received };
            if (await endUnchanged(db, claim, check, told)) succeeded += 1;
            continue;
          }
          await setMirrorState(db, claim, 'downloading');
          await extendLease(db, claim, holding);
          const pulled = [{ name: claim.ref, sourceUrl: claim.ref, pinnedVersion: null }];
          await registerPulled(db, claim, { seen: [], datasets: pulled, bytes: 1, most: null });
          if (random() < 0.3) await evictPull(db, { mirror_id: mirrorId, ref: claim.ref });
          if (random() < 0.5) await replaceUpstream(db, claim, 7);
          if (random() < 0.2) await returnSync(db, claim);
          const recorded = {
            ...version,
            treeSha256: '00'.repeat(32),
            archiveMd5: MD5,
            notes: null,
            createdAt: null,
          };
          const also = (tx: CommonQueryMethods, id: number) => findTables(tx, id, files);
          await recordVersion(db, claim, { holding, version: recorded, files, also });
          const outcome =
            random() < 0.5 ? 'ready' : ({ state: 'failed', error: problem, soft: false } as const);
          if ((await endSync(db, claim, outcome)) && outcome === 'ready') succeeded += 1;
        } catch (error) {
          failures.push(error);
        }
      }
    }

    /** Whoever has nothing to do with these mirrors is served meanwhile, by the same pool. */
    async function read(): Promise<void> {
      for (; !done.signal.aborted; await sleep(20)) {
        const { status, text } = await api.get('/datasets?limit=1');
        if (status !== 200) failures.push(text);
      }
    }
  });

  /** As PostgreSQL counts them: Slonik would hide some by its retries. A connection tells of its own when it ends. */
  async function deadlocks(): Promise<unknown> {
    const ours = 'datname = current_database() AND pid <> pg_backend_pid()';
    await sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${ours}`);
    while ((await sql(`SELECT FROM pg_stat_activity WHERE ${ours}`)).length > 0) await sleep(20);
    const counted = await sql(
      'SELECT deadlocks::int4 FROM pg_stat_database WHERE datname = current_database()',
    );
    return counted[0]?.deadlocks;
  }

  afterAll(() => pool?.end());
});

/** Ten of a hundred words, so that many are new at the same time, and none for long. */
function words(random: () => number): string {
  const word = () => String.fromCharCode(...Array.from({ length: 3 }, () => 97 + Math.floor(random() * 5)));
  return Array.from({ length: 10 }, word).join(' ');
}

/** A dataset of each mirror, in any order. */
function pinned(number: number, random: () => number) {
  const datasets = MIRRORS.map((ref) => ({
    name: `x ${number} ${words(random)}`,
    source_url: `https://www.kaggle.com/datasets/${ref}/versions/${1 + Math.floor(random() * 2)}`,
  }));
  return random() < 0.5 ? datasets : datasets.toReversed();
}

/** A dataset of one of the mirrors, or of none. */
function dataset(number: number, mirror: number) {
  const ref = MIRRORS[mirror];
  return { name: `x ${number}`, source_url: ref ? `https://www.kaggle.com/datasets/${ref}` : null };
}
