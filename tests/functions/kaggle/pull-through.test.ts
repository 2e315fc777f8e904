import type { ChildProcess } from 'node:child_process';
import { hash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { useSql } from '#tests/setup/sql.ts';

const FILES = { 'a.csv': 'x,y\n1,2\n', 'd/b.csv': 'z\n3\n' };
const PULLS = { MIRROR_PULL_THROUGH: 'ada/*,bob/one' };
const TOKENS = ['reader:read', 'writer:read+write', 'busy:write'].map(
  (entry) => `${entry}:${hash('sha256', entry.split(':', 1)[0] ?? '')}`,
);

describe.skipIf(!hasDatabase)('pull-through', () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const env = { KAGGLE_DATA_ROOT: mirror.volume, ...PULLS };
  const api = useApi(database, env);
  const guarded = useApi(database, { ...env, AUTH: 'on', API_TOKENS: TOKENS.join(',') });
  const sql = useSql(database);
  let count = 0;
  let worker: ChildProcess | undefined;
  const watch = (more: Record<string, string> = {}) => {
    worker = mirror.start(['--queued', '--watch'], { ...PULLS, ...more });
  };
  afterEach(async () => {
    worker?.kill('SIGKILL');
    worker = undefined;
    mirror.kaggle.faults.clear();
    await sql(`UPDATE syncs SET state = 'cancelled', finished_at = now() WHERE finished_at IS NULL`);
  });
  /** A dataset that Kaggle has and this mirror does not. */
  const offer = async (versions = 1, files: Record<string, string> = FILES) => {
    const slug = `set-${count++}`;
    for (let version = 1; version <= versions; version++)
      await mirror.offer(`ada/${slug}`, version, { ...files, 'v.txt': String(version) });
    return { ownerSlug: 'ada', datasetSlug: slug };
  };
  const rpc = (method: string, body: object, { headers = {}, by = api } = {}) =>
    by.post(`/api/v1/datasets.DatasetApiService/${method}`, body, headers);
  const message = (response: Awaited<ReturnType<typeof rpc>>) => response.json().message as string;
  const syncsOf = ({ datasetSlug }: { datasetSlug: string }) =>
    sql('SELECT syncs.* FROM syncs JOIN mirrors ON mirrors.id = mirror_id WHERE slug = $1', [datasetSlug]);
  const datasetsOf = ({ datasetSlug }: { datasetSlug: string }) =>
    sql('SELECT * FROM datasets WHERE mirror_ref = $1 ORDER BY id', [`ada/${datasetSlug}`]);
  const queued = (wanted: { datasetSlug: string }) =>
    vi.waitFor(async () => expect(await syncsOf(wanted)).toHaveLength(1), 20_000);
  const asked = (ref: string) => mirror.kaggle.seen.filter((seen) => seen.ref === ref);

  it('holds a client until what it asked for is here, and registers it', { timeout: 60_000 }, async () => {
    const wanted = await offer();
    watch();
    const { status, headers, text } = await rpc('DownloadDataset', { ...wanted, fileName: 'd/b.csv' });
    expect(status, text).toBe(302);
    expect((await api.get(String(headers.location))).text).toBe(FILES['d/b.csv']);
    expect(await datasetsOf(wanted)).toMatchObject([
      { name: `ada/${wanted.datasetSlug}`, pinned_version: null },
    ]);
  });

  it.each([
    ['GetDataset', {}],
    ['GetDatasetMetadata', {}],
    ['ListDatasetFiles', {}],
    ['ListTreeDatasetFiles', { path: 'd' }],
    ['GetDatasetFilesSummary', {}],
  ])('works for %s', async (method, more) => {
    const wanted = await offer();
    watch();
    const { status, text } = await rpc(method, { ...wanted, ...more });
    expect(status, text).toBe(200);
  });

  it('works for a notebook, and a browser that downloads', { timeout: 60_000 }, async () => {
    const [first, second] = [await offer(), await offer()];
    watch();
    const attached = await api.post('/kaggle-jwt-handler/AttachDatasourceUsingJwtRequest', {
      datasetRef: { OwnerSlug: 'ada', DatasetSlug: first.datasetSlug },
    });
    expect(attached.json()).toMatchObject({ wasSuccessful: true, result: { versionNumber: 1 } });
    expect((await api.get(`/api/v1/datasets/download/ada/${second.datasetSlug}`)).status).toBe(302);
  });

  it('has one sync and one registration however many ask', { timeout: 60_000 }, async () => {
    const wanted = await offer();
    const held = Array.from({ length: 50 }, () => rpc('GetDataset', wanted));
    await queued(wanted);
    watch();
    for (const { status, text } of await Promise.all(held)) expect(status, text).toBe(200);
    expect([await syncsOf(wanted), await datasetsOf(wanted)].map(({ length }) => length)).toEqual([1, 1]);
    expect(asked(`ada/${wanted.datasetSlug}`).filter(({ on }) => on === 'DownloadDataset')).toHaveLength(1);
  });

  it('brings the version that is asked for, and follows the newest', { timeout: 60_000 }, async () => {
    const wanted = await offer(3);
    watch();
    const second = await rpc('DownloadDataset', { ...wanted, datasetVersionNumber: 2, fileName: 'v.txt' });
    expect(second.status, second.text).toBe(302);
    expect((await api.get(String(second.headers.location))).text).toBe('2');
    await vi.waitFor(async () => {
      const newest = await rpc('DownloadDataset', { ...wanted, fileName: 'v.txt' });
      expect((await api.get(String(newest.headers.location))).text).toBe('3');
    }, 30_000);
    expect((await datasetsOf(wanted)).map((row) => row.pinned_version)).toEqual([null, 2]);
    // One that is already pulled through gets another version, also right after a sync.
    await vi.waitFor(async () => {
      for (const { state } of await syncsOf(wanted)) expect(state).toBe('succeeded');
    }, 30_000);
    expect((await rpc('DownloadDataset', { ...wanted, datasetVersionNumber: 1 })).status).toBe(302);
    const none = await rpc('DownloadDataset', { ...wanted, datasetVersionNumber: 9 });
    expect([none.status, message(none)]).toEqual([404, expect.stringContaining('no version 9')]);
  });

  it('says what Kaggle does not have, does not register it, and remembers', { timeout: 60_000 }, async () => {
    const wanted = { ownerSlug: 'ada', datasetSlug: `none-${count++}` };
    const start = (await api.get('/changes?after=now')).json().next_cursor;
    watch();
    const first = await rpc('GetDataset', wanted);
    expect([first.status, message(first)]).toEqual([404, expect.stringMatching(/could not get.*404/)]);
    expect((await rpc('GetDataset', wanted)).status).toBe(404);
    expect(asked(`ada/${wanted.datasetSlug}`)).toHaveLength(1);
    expect(await datasetsOf(wanted)).toEqual([]);
    const told = (await api.get(`/changes?after=${start}`)).json().changes as { data: { ref?: string } }[];
    expect(told.filter(({ data }) => data.ref === `ada/${wanted.datasetSlug}`)).toEqual([]);
    await sql(
      `UPDATE syncs SET finished_at = now() - interval '61 seconds' WHERE mirror_id =
      (SELECT id FROM mirrors WHERE slug = $1)`,
      [wanted.datasetSlug],
    );
    await mirror.offer(`ada/${wanted.datasetSlug}`, 1, FILES);
    expect((await rpc('GetDataset', wanted)).status).toBe(200);
  });

  it('never remembers a failure of the network', { timeout: 60_000 }, async () => {
    const wanted = await offer();
    const ref = `ada/${wanted.datasetSlug}`;
    mirror.kaggle.faults.add({ on: 'GetDataset', ref, effect: { kind: 'status', status: 503 } });
    watch({ MIRROR_RETRIES: '0' });
    const first = await rpc('GetDataset', wanted);
    expect([first.status, message(first)]).toEqual([503, expect.stringMatching(/503.*again later/)]);
    expect((await rpc('GetDataset', wanted)).status).toBe(200);
  });

  it('serves what is here whatever Kaggle says', { timeout: 60_000 }, async () => {
    const wanted = await offer();
    watch();
    expect((await rpc('DownloadDataset', wanted)).status).toBe(302);
    await rm(join(mirror.source, 'ada', wanted.datasetSlug), { recursive: true });
    expect((await mirror.fetch([], PULLS)).stdout).toContain('404');
    expect((await rpc('DownloadDataset', wanted)).status).toBe(302);
  });

  it('refuses private datasets', { timeout: 60_000 }, async () => {
    const wanted = await offer();
    const metadata = join(mirror.source, 'ada', wanted.datasetSlug, 'dataset-metadata.json');
    await writeFile(metadata, '{"isPrivate": true}');
    watch({ KAGGLE_API_TOKEN: 'KGAT_fake' });
    const refused = await rpc('GetDataset', wanted);
    expect([refused.status, message(refused)]).toEqual([422, expect.stringContaining('private')]);
    expect(await datasetsOf(wanted)).toEqual([]);
  });

  it('refuses what is beyond the bound of one', { timeout: 60_000 }, async () => {
    const wanted = await offer(1, { 'a.txt': 'x'.repeat(2_000) });
    watch({ MIRROR_PULL_THROUGH_MAX_BYTES: '2000' });
    const refused = await rpc('DownloadDataset', wanted);
    expect([refused.status, message(refused)]).toEqual([422, expect.stringContaining('2001 bytes')]);
  });

  it('refuses what turns out to be beyond it', { timeout: 60_000 }, async () => {
    const wanted = await offer(1, { 'a.txt': 'x'.repeat(200_000) });
    const ref = `ada/${wanted.datasetSlug}`;
    const lie = { kind: 'value' as const, path: ['totalBytes'], value: 10 };
    mirror.kaggle.faults.add({ on: 'GetDataset', ref, times: 2, effect: lie });
    watch({ MIRROR_PULL_THROUGH_MAX_BYTES: '10000' });
    const refused = await rpc('DownloadDataset', wanted);
    expect([refused.status, message(refused)]).toEqual([422, expect.stringContaining('MAX_BYTES')]);
  });

  it('refuses what is beyond the bound of all, which held versions count for', {
    timeout: 60_000,
  }, async () => {
    const before =
      await sql(`SELECT coalesce(sum(greatest(bytes, (SELECT coalesce(sum(total_bytes), 0) FROM versions
      WHERE mirror_id = pulls.mirror_id AND state = 'ready'))), 0)::int AS bytes FROM pulls
      WHERE EXISTS (SELECT FROM datasets WHERE id = ANY(dataset_ids))`);
    const wanted = await Promise.all([1, 2, 3].map(() => offer(1, { 'a.txt': 'x'.repeat(999) })));
    watch({ MIRROR_PULL_THROUGH_TOTAL_BYTES: String(Number(before[0]?.bytes) + 2_500) });
    const responses = await Promise.all(wanted.map((one) => rpc('DownloadDataset', one)));
    expect(responses.map(({ status }) => status).toSorted()).toEqual([302, 302, 422]);
  });

  it.each([
    ['a pattern does not name it', { ownerSlug: 'bob', datasetSlug: 'two' }],
    ['it is no name', { ownerSlug: 'ada', datasetSlug: 'a b' }],
  ])('queues nothing where %s', async (_why, wanted) => {
    expect((await rpc('GetDataset', wanted)).status).toBe(404);
    expect(await syncsOf(wanted)).toEqual([]);
  });

  it('queues nothing for callers without the scope write', async () => {
    const wanted = await offer();
    for (const headers of [{}, { authorization: 'Bearer reader' }])
      expect((await rpc('GetDataset', wanted, { headers, by: guarded })).status).toBe(404);
    expect(await syncsOf(wanted)).toEqual([]);
    watch();
    const authorization = `Basic ${btoa('any:writer')}`;
    expect((await rpc('GetDataset', wanted, { headers: { authorization }, by: guarded })).status).toBe(200);
  });

  it('queues nothing for a page of another site', async () => {
    const wanted = await offer();
    const url = `/api/v1/datasets/download/ada/${wanted.datasetSlug}`;
    for (const site of ['cross-site', 'same-site'])
      expect((await api.get(url, { 'sec-fetch-site': site })).status).toBe(404);
    expect(await syncsOf(wanted)).toEqual([]);
  });

  it('asks for no sync of what people registered', async () => {
    const wanted = await offer();
    await api.post('/datasets', {
      name: 'x',
      source_url: `https://www.kaggle.com/datasets/ada/${wanted.datasetSlug}`,
    });
    await sql(`UPDATE syncs SET state = 'cancelled', finished_at = now() WHERE finished_at IS NULL`);
    expect((await rpc('GetDataset', wanted)).status).toBe(503);
    expect(await syncsOf(wanted)).toHaveLength(1);
  });

  it('status of a dataset, which clients ask for before an upload, brings nothing', async () => {
    const wanted = await offer();
    expect((await rpc('GetDatasetStatus', wanted)).status).toBe(404);
    expect(await syncsOf(wanted)).toEqual([]);
  });

  it('is refused by a job that is not set to it', { timeout: 60_000 }, async () => {
    const wanted = await offer();
    watch({ MIRROR_PULL_THROUGH: 'off' });
    const refused = await rpc('GetDataset', wanted);
    expect([refused.status, message(refused)]).toEqual([422, expect.stringContaining('MIRROR_PULL_THROUGH')]);
  });

  it('lets a caller have so many on their way, and others theirs', { timeout: 60_000 }, async () => {
    const leave = new AbortController();
    const address = await guarded.app.listen({ host: '127.0.0.1', port: 0 });
    onTestFinished(() => leave.abort());
    const ask = (slug: string, token: string) =>
      fetch(`${address}/v1/datasets.DatasetApiService/GetDataset`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ownerSlug: 'ada', datasetSlug: slug }),
        signal: leave.signal,
      });
    const slugs = Array.from({ length: 30 }, (_, at) => `many-${at}`);
    const refused: Response[] = [];
    for (const slug of slugs)
      void ask(slug, 'busy').then(
        (response) => refused.push(response),
        () => {},
      );
    const waiting = () =>
      sql(`SELECT FROM syncs JOIN mirrors ON mirrors.id = mirror_id WHERE slug LIKE 'many-%'`);
    await vi.waitFor(async () => expect(refused).toHaveLength(10), 30_000);
    expect(await waiting()).toHaveLength(20);
    for (const { status, headers } of refused)
      expect([status, headers.get('retry-after')]).toEqual([429, '10']);
    void ask('many-other', 'writer').catch(() => {});
    await vi.waitFor(async () => expect(await waiting()).toHaveLength(21), 20_000);
    // Who leaves ends no sync, as others may wait for the same.
    leave.abort();
    expect(await waiting()).toHaveLength(21);
  });
});
