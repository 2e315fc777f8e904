import { rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { FILES, NO_VERSIONS, sha256, useMirroredDataset } from './mirrored-dataset.ts';

describe.skipIf(!hasDatabase)('GET /datasets/:id/versions/:version/files/*path', () => {
  const dataset = useMirroredDataset();
  const { api, mirror } = dataset;

  it('serves the bytes of a file with all that proves them', async () => {
    const { status, headers, text } = await api.get(`${dataset.path}/versions/1/files/a.csv`);
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
    const head = await api.send({ method: 'HEAD', url: `${dataset.path}/versions/1/files/a.csv` });
    expect(head).toMatchObject({ status: 200, text: '' });
    expect(head.headers['content-length']).toBe('8');
  });

  it('writes names as RFC 8187 does', async () => {
    const path = 'b/ü & "quoted".txt'.split('/').map(encodeURIComponent).join('/');
    const { status, headers } = await api.get(`${dataset.path}/versions/1/files/${path}`);
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
    const response = await api.get(`${dataset.path}/versions/1/files/a.csv`, { range });
    expect(response.status).toBe(status);
    expect(response.headers['content-range']).toBe(contentRange);
    if (text !== undefined) expect(response.text).toBe(text);
  });

  it.each(['bytes=0-', 'bytes=0-9', 'bytes=-1', 'bytes=-0'])(
    'sends an empty file whole for %s',
    async (range) => {
      const { status, headers } = await api.get(`${dataset.path}/versions/1/files/empty.txt`, { range });
      expect({ status, length: headers['content-length'] }).toEqual({ status: 200, length: '0' });
    },
  );

  it('honours If-Range and If-None-Match', async () => {
    const url = `${dataset.path}/versions/1/files/a.csv`;
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
      expect((await api.get(`${dataset.path}/versions/1/files/${path}`)).status).toBe(404);
    },
  );

  it.each(NO_VERSIONS)('has no version %s', async (version) => {
    expect((await api.get(`${dataset.path}/versions/${version}/files/a.csv`)).status).toBe(404);
  });

  it('says so when the volume lost a file, or got a link in its place', async () => {
    const file = join(mirror.volume, 'datasets/ada/set/versions/1/a.csv');
    await rename(file, `${file}.away`);
    const lost = await api.get(`${dataset.path}/versions/1/files/a.csv`);
    expect(lost).toMatchObject({ status: 503 });
    expect(lost.json()).toMatchObject({ type: '/problems/volume-unavailable' });
    await symlink(`${file}.away`, file);
    expect((await api.get(`${dataset.path}/versions/1/files/a.csv`)).status).toBe(503);
    await rm(file);
    await rename(`${file}.away`, file);
    expect((await api.get(`${dataset.path}/versions/1/files/a.csv`)).status).toBe(200);
  });
});
