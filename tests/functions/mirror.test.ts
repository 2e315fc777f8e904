import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';

const FILES = {
  'a.csv': 'x,y\n1,2\n',
  'b/ü & "quoted".txt': 'hello '.repeat(1_000),
  'b/line\nbreak.bin': Buffer.from([0, 1, 2, 255]),
  'empty.txt': '',
};
const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

describe.skipIf(!hasDatabase)('a mirrored dataset', () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });
  let id = 0;

  beforeAll(async () => {
    await mirror.offer('ada/set', 1, FILES);
    await mirror.fetch(['--dataset', 'ada/set']);
    await mirror.offer('ada/set', 2, { ...FILES, 'a.csv': 'x,y\n3,4\n', 'new.txt': 'new' });
    await rm(join(mirror.source, 'ada/set/2/empty.txt'));
    const { status, stderr, stdout } = await mirror.fetch([]);
    expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: '' });
    id = (await api.get('/datasets')).json().datasets[0].id;
  });

  it('tells how its mirror is doing (GET /datasets/:id/mirror, GET /mirrors)', async () => {
    const { json, headers } = await api.get(`/datasets/${id}/mirror`);
    expect(json()).toEqual({
      ref: 'ada/set',
      state: 'ready',
      version: 2,
      upstream_updated_at: expect.stringMatching(/Z$/),
      checked_at: expect.stringMatching(/Z$/),
      stale: false,
      licence: 'unknown',
      last_error: null,
      sync_id: expect.any(Number),
    });
    const again = await api.get(`/datasets/${id}/mirror`, { 'if-none-match': String(headers.etag) });
    expect(again.status).toBe(304);
    expect((await api.get('/mirrors?state=ready')).json().mirrors).toEqual([json()]);
    expect((await api.get('/mirrors?state=gone')).json()).toEqual({ mirrors: [], next_cursor: null });
  });

  it('lists its versions, newest first, page by page (GET /datasets/:id/versions)', async () => {
    const whole = (await api.get(`/datasets/${id}/versions`)).json();
    expect(whole.versions.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
    const first = (await api.get(`/datasets/${id}/versions?limit=1`)).json();
    const second = (await api.get(`/datasets/${id}/versions?limit=1&cursor=${first.next_cursor}`)).json();
    expect([...first.versions, ...second.versions]).toEqual(whole.versions);
    expect(second.next_cursor).toBeNull();
  });

  it('says which version latest is (GET /datasets/:id/versions/:version)', async () => {
    const { json, headers } = await api.get(`/datasets/${id}/versions/latest`);
    expect(headers['content-location']).toBe(`/datasets/${id}/versions/2`);
    expect(json()).toMatchObject({ version: 2, state: 'ready', file_count: 4 });
    expect((await api.get(`/datasets/${id}/versions/2`)).json()).toEqual(json());
  });

  it.each(['0', '3', 'newest', '01', '2147483648'])('has no version %s', async (version) => {
    for (const rest of ['', '/files', '/archive', '/SHA256SUMS', '/files/a.csv'])
      expect((await api.get(`/datasets/${id}/versions/${version}${rest}`)).status).toBe(404);
  });

  it('lists files with their sums, by path and by prefix (GET /datasets/:id/versions/:version/files)', async () => {
    const { files } = (await api.get(`/datasets/${id}/versions/1/files`)).json();
    expect(files).toEqual(
      Object.entries(FILES)
        .map(([path, content]) => ({
          path,
          size: content.length,
          sha256: sha256(content),
          media_type: expect.any(String),
        }))
        .map((file) => (file.path.startsWith('b/ü') ? { ...file, size: 6_000 } : file))
        .sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path))),
    );
    const { json } = await api.get(`/datasets/${id}/versions/1/files?prefix=b/&limit=1`);
    expect(json().files).toHaveLength(1);
    const next = await api.get(
      `/datasets/${id}/versions/1/files?prefix=b/&limit=1&cursor=${json().next_cursor}`,
    );
    expect(next.json()).toMatchObject({ files: [{ path: 'b/ü & "quoted".txt' }], next_cursor: null });
  });

  it('serves the bytes of a file with all that proves them (GET /datasets/:id/versions/:version/files/*path)', async () => {
    const { status, headers, text } = await api.get(`/datasets/${id}/versions/1/files/a.csv`);
    expect({ status, text }).toEqual({ status: 200, text: FILES['a.csv'] });
    expect(headers).toMatchObject({
      etag: `"${sha256(FILES['a.csv'])}"`,
      'repr-digest': `sha-256=:${Buffer.from(sha256(FILES['a.csv']), 'hex').toString('base64')}:`,
      'content-length': '8',
      'content-type': 'text/csv',
      'accept-ranges': 'bytes',
      'content-disposition': 'attachment; filename="a.csv"',
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
    });
    const head = await api.send({ method: 'HEAD', url: `/datasets/${id}/versions/1/files/a.csv` });
    expect(head).toMatchObject({ status: 200, text: '' });
    expect(head.headers['content-length']).toBe('8');
  });

  it('writes names as RFC 8187 does', async () => {
    const path = 'b/ü & "quoted".txt'.split('/').map(encodeURIComponent).join('/');
    const { status, headers } = await api.get(`/datasets/${id}/versions/1/files/${path}`);
    expect(status).toBe(200);
    expect(headers['content-disposition']).toBe(
      `attachment; filename="_ & _quoted_.txt"; filename*=UTF-8''%C3%BC%20%26%20%22quoted%22.txt`,
    );
  });

  it.each([
    ['bytes=0-3', 206, 'x,y\n', 'bytes 0-3/8'],
    ['bytes=4-', 206, '1,2\n', 'bytes 4-7/8'],
    ['bytes=-2', 206, '2\n', 'bytes 6-7/8'],
    ['bytes=-100', 206, 'x,y\n1,2\n', 'bytes 0-7/8'],
    ['bytes=2-1000', 206, 'y\n1,2\n', 'bytes 2-7/8'],
    ['bytes=4-999999999999999', 206, '1,2\n', 'bytes 4-7/8'],
    ['bytes=4-9223372036854775806', 206, '1,2\n', 'bytes 4-7/8'],
    ['bytes=4-18446744073709551615', 206, '1,2\n', 'bytes 4-7/8'],
    [`bytes=4-${'9'.repeat(4_000)}`, 206, '1,2\n', 'bytes 4-7/8'],
    [`bytes=${'0'.repeat(4_000)}4-${'0'.repeat(3_000)}6`, 206, '1,2', 'bytes 4-6/8'],
    [`bytes=-${'9'.repeat(4_000)}`, 206, 'x,y\n1,2\n', 'bytes 0-7/8'],
    ['bytes=9223372036854775807-', 416, undefined, 'bytes */8'],
    ['bytes=9007199254740993-9007199254740992', 200, 'x,y\n1,2\n', undefined],
    [`bytes=${'9'.repeat(400)}-${'9'.repeat(400)}`, 416, undefined, 'bytes */8'],
    ['bytes=1e3-', 200, 'x,y\n1,2\n', undefined],
    ['bytes=+1-', 200, 'x,y\n1,2\n', undefined],
    ['bytes=3-2', 200, 'x,y\n1,2\n', undefined],
    ['bytes=0-1,3-4', 200, 'x,y\n1,2\n', undefined],
    ['lines=0-1', 200, 'x,y\n1,2\n', undefined],
    ['bytes=8-', 416, undefined, 'bytes */8'],
    ['bytes=-0', 416, undefined, 'bytes */8'],
  ])('answers Range: %s with %i', async (range, status, text, contentRange) => {
    const response = await api.get(`/datasets/${id}/versions/1/files/a.csv`, { range });
    expect(response.status).toBe(status);
    expect(response.headers['content-range']).toBe(contentRange);
    if (text !== undefined) expect(response.text).toBe(text);
  });

  it.each(['bytes=0-', 'bytes=0-9', 'bytes=-1', 'bytes=-0'])(
    'sends an empty file whole for %s',
    async (range) => {
      const { status, headers } = await api.get(`/datasets/${id}/versions/1/files/empty.txt`, { range });
      expect({ status, length: headers['content-length'] }).toEqual({ status: 200, length: '0' });
    },
  );

  it('honours If-Range and If-None-Match', async () => {
    const url = `/datasets/${id}/versions/1/files/a.csv`;
    const { headers } = await api.get(url);
    const range = 'bytes=0-0';
    expect((await api.get(url, { range, 'if-range': String(headers.etag) })).status).toBe(206);
    expect((await api.get(url, { range, 'if-range': String(headers['last-modified']) })).status).toBe(206);
    expect((await api.get(url, { range, 'if-range': '"other"' })).status).toBe(200);
    expect((await api.get(url, { range, 'if-none-match': String(headers.etag) })).status).toBe(304);
  });

  it.each(['nothing.csv', '../1/a.csv', '..%2f1%2fa.csv', 'b', '', '%00', 'A.CSV'])(
    'has no file %j',
    async (path) => {
      expect((await api.get(`/datasets/${id}/versions/1/files/${path}`)).status).toBe(404);
    },
  );

  it('archives a version to the same bytes each time, in ranges too (GET /datasets/:id/versions/:version/archive)', async () => {
    const url = `/datasets/${id}/versions/1/archive`;
    const fetched = await api.app.inject({ method: 'GET', url });
    expect(fetched.headers['content-length']).toBe(String(fetched.rawPayload.length));
    expect((await api.app.inject({ method: 'GET', url })).rawPayload.equals(fetched.rawPayload)).toBe(true);
    const folder = await mkdtemp(join(tmpdir(), 'archive-'));
    try {
      await writeFile(join(folder, 'a.zip'), fetched.rawPayload);
      const script =
        'import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint(z.namelist())';
      const { stdout } = await promisify(execFile)('python3', ['-c', script, join(folder, 'a.zip')]);
      expect(stdout).toContain("'a.csv', 'b/line\\nbreak.bin'");
    } finally {
      await rm(folder, { recursive: true });
    }
    for (let at = 0; at < fetched.rawPayload.length; at += 777) {
      const range = `bytes=${at}-${at + 776}`;
      const part = await api.app.inject({ method: 'GET', url, headers: { range } });
      expect(part.statusCode).toBe(206);
      expect(part.rawPayload.equals(fetched.rawPayload.subarray(at, at + 777))).toBe(true);
    }
  });

  it('gives checksums that sha256sum takes (GET /datasets/:id/versions/:version/SHA256SUMS)', async () => {
    const { text } = await api.get(`/datasets/${id}/versions/1/SHA256SUMS`);
    const folder = join(mirror.volume, 'datasets/ada/set/versions/1');
    const sums = join(mirror.volume, 'sums');
    await writeFile(sums, text);
    await promisify(execFile)('sha256sum', ['--strict', '-c', sums], { cwd: folder });
    await rm(sums);
    expect(text).toContain('\\');
  });

  it('tells two versions apart (GET /datasets/:id/diff)', async () => {
    const { json } = await api.get(`/datasets/${id}/diff?from=1&to=2`);
    expect(json()).toEqual({
      added: [{ path: 'new.txt', size: 3, sha256: sha256('new') }],
      removed: [{ path: 'empty.txt', size: 0, sha256: sha256('') }],
      changed: [
        {
          path: 'a.csv',
          from: { size: 8, sha256: sha256('x,y\n1,2\n') },
          to: { size: 8, sha256: sha256('x,y\n3,4\n') },
        },
      ],
      unchanged_count: 2,
      next_cursor: null,
    });
    const first = (await api.get(`/datasets/${id}/diff?from=1&to=2&limit=2`)).json();
    const rest = (
      await api.get(`/datasets/${id}/diff?from=1&to=2&limit=2&cursor=${first.next_cursor}`)
    ).json();
    expect([first.changed.length, first.removed.length, rest.added.length]).toEqual([1, 1, 1]);
    expect((await api.get(`/datasets/${id}/diff?from=1&to=9`)).status).toBe(404);
    expect((await api.get(`/datasets/${id}/diff?from=1`)).status).toBe(400);
  });

  it('syncs once when asked, and stops (POST /datasets/:id/syncs, GET /syncs, GET /syncs/:id, DELETE /syncs/:id)', async () => {
    const asked = await api.post(`/datasets/${id}/syncs`, undefined);
    expect(asked.status).toBe(202);
    const sync = asked.json();
    expect(asked.headers.location).toBe(`/syncs/${sync.id}`);
    expect(sync).toMatchObject({ dataset_id: id, ref: 'ada/set', state: 'queued', phase: null, attempts: 0 });
    expect((await api.post(`/datasets/${id}/syncs`, undefined)).json().id).toBe(sync.id);
    expect((await api.get(`/syncs/${sync.id}`)).json()).toEqual(sync);
    const cancelled = await api.send({ method: 'DELETE', url: `/syncs/${sync.id}` });
    expect(cancelled).toMatchObject({ status: 202 });
    expect(cancelled.json()).toMatchObject({ state: 'cancelled', finished_at: expect.any(String) });
    expect((await api.send({ method: 'DELETE', url: `/syncs/${sync.id}` })).status).toBe(409);
    expect((await api.get(`/datasets/${id}/mirror`)).json().state).toBe('ready');
    const listed = (await api.get(`/syncs?dataset_id=${id}&state=cancelled`)).json();
    expect(listed.syncs.map((row: { id: number }) => row.id)).toEqual([sync.id]);
  });

  it('says so when the volume lost a file, or got a link in its place', async () => {
    const file = join(mirror.volume, 'datasets/ada/set/versions/1/a.csv');
    await rename(file, `${file}.away`);
    const lost = await api.get(`/datasets/${id}/versions/1/files/a.csv`);
    expect(lost).toMatchObject({ status: 503 });
    expect(lost.json()).toMatchObject({ type: '/problems/volume-unavailable' });
    await symlink(`${file}.away`, file);
    expect((await api.get(`/datasets/${id}/versions/1/files/a.csv`)).status).toBe(503);
    await rm(file);
    await rename(`${file}.away`, file);
    expect((await api.get(`/datasets/${id}/versions/1/files/a.csv`)).status).toBe(200);
  });

  it('tells a dataset that is not mirrored from one that is not ready', async () => {
    const plain = (await api.post('/datasets', { name: 'Plain' })).json();
    expect((await api.get(`/datasets/${plain.id}/mirror`)).json()).toMatchObject({
      status: 404,
      type: '/problems/not-mirrored',
    });
    const source_url = 'https://www.kaggle.com/datasets/ada/soon';
    const soon = (await api.post('/datasets', { name: 'Soon', source_url })).json();
    const { status, headers, json } = await api.get(`/datasets/${soon.id}/versions/latest/files`);
    expect({ status, retry: headers['retry-after'] }).toEqual({ status: 503, retry: '10' });
    expect(json().type).toBe('/problems/not-ready');
    expect((await mirror.fetch(['--queued'])).status).toBe(1);
    const gone = await api.get(`/datasets/${soon.id}/versions/latest`);
    expect(gone.json()).toMatchObject({ status: 404, type: '/problems/not-available' });
  });
});
