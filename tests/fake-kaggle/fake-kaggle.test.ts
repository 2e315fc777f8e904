import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeKaggle, startFakeKaggle } from '#fake-kaggle/server.ts';

describe('the fake Kaggle', () => {
  let folder = '';
  let kaggle: FakeKaggle;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fake-kaggle-test-'));
    for (const version of ['1', '2']) {
      await mkdir(join(folder, 'ada/set', version), { recursive: true });
      await writeFile(join(folder, 'ada/set', version, 'a.csv'), `version ${version}\n`);
    }
    await mkdir(join(folder, 'eve/secret/1'), { recursive: true });
    await writeFile(join(folder, 'eve/secret/1/a.txt'), 'x');
    await writeFile(join(folder, 'eve/secret/dataset-metadata.json'), '{"isPrivate": true}');
    kaggle = await startFakeKaggle({ root: folder });
  });
  afterAll(async () => {
    await kaggle.close();
    await rm(folder, { recursive: true });
  });

  const rpc = (method: string, body: object, headers = {}) =>
    fetch(`${kaggle.baseUrl}/datasets.DatasetApiService/${method}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers,
      redirect: 'manual',
    });
  const rest = (path: string) => fetch(`${kaggle.baseUrl}/datasets/${path}`, { redirect: 'manual' });
  const set = { ownerSlug: 'ada', datasetSlug: 'set' };

  it('shows a dataset on both surfaces, the old one with its twins', async () => {
    const fresh = (await (await rpc('GetDataset', set)).json()) as Record<string, unknown>;
    expect(fresh).toMatchObject({ ref: 'ada/set', currentVersionNumber: 2, totalBytes: 10 });
    const old = await (await rest('view/ada/set')).json();
    expect(old).toMatchObject({
      ...fresh,
      hasTitle: true,
      titleNullable: 'set',
      currentVersionNumberNullable: 2,
    });
    expect(await (await rest('list')).json()).toEqual([old]);
    expect(await (await rest('list/ada/set')).json()).toMatchObject({
      datasetFiles: [{ name: 'a.csv', totalBytes: 10 }],
    });
  });

  it('answers errors in the shape of the surface', async () => {
    const fresh = await rpc('GetDataset', { ownerSlug: 'no', datasetSlug: 'one' });
    expect(fresh.status).toBe(404);
    expect(await fresh.json()).toEqual({ error: { code: 404, message: 'NotFound', status: 'NOT_FOUND' } });
    const old = await rest('view/no/one');
    expect(old.status).toBe(404);
    expect(await old.json()).toEqual({ code: 404, message: 'NotFound' });
  });

  it('hides private datasets, and refuses credentials it does not know', async () => {
    const secret = { ownerSlug: 'eve', datasetSlug: 'secret' };
    expect((await rpc('GetDataset', secret)).status).toBe(403);
    expect((await rpc('GetDataset', secret, { authorization: 'Bearer KGAT_fake' })).status).toBe(200);
    const asPassword = Buffer.from('fake:KGAT_fake').toString('base64');
    expect((await rpc('GetDataset', set, { authorization: `Basic ${asPassword}` })).status).toBe(401);
  });

  it('redirects downloads to signed addresses on another origin, which take no credentials', async () => {
    for (const answer of [
      await rpc('DownloadDataset', set),
      await rest('download/ada/set?datasetVersionNumber=1'),
    ]) {
      expect(answer.status).toBe(302);
      const address = new URL(String(answer.headers.get('location')));
      expect(address.port).toBe(String(kaggle.storagePort));
      const plain = await fetch(address);
      expect(plain.status).toBe(200);
      expect(plain.headers.get('x-goog-hash')).toMatch(/^crc32c=[\w+/]{6}==,md5=[\w+/]{22}==$/);
      expect((await fetch(address, { headers: { authorization: 'Bearer KGAT_fake' } })).status).toBe(400);
      address.searchParams.set('X-Goog-Expires', '999999999');
      expect((await fetch(address)).status).toBe(403);
    }
  });

  it('answers ranges while the object is the same', async () => {
    const address = String((await rpc('DownloadDataset', set)).headers.get('location'));
    const whole = Buffer.from(await (await fetch(address)).arrayBuffer());
    const { headers } = await fetch(address, { method: 'HEAD' });
    const part = await fetch(address, {
      headers: { range: 'bytes=10-', 'if-range': String(headers.get('etag')) },
    });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(10))).toBe(true);
    expect((await fetch(address, { headers: { range: 'bytes=10-', 'if-range': '"other"' } })).status).toBe(
      200,
    );
    expect((await fetch(address, { headers: { range: 'bytes=99999-' } })).status).toBe(416);
  });

  it('is told over HTTP to fail, and says what it was asked', async () => {
    const { origin } = new URL(kaggle.baseUrl);
    const fault = {
      on: 'GetDataset',
      effect: { kind: 'status', status: 429, headers: { 'retry-after': '7' } },
    };
    expect(
      (await fetch(`${origin}/control/faults`, { method: 'POST', body: JSON.stringify(fault) })).status,
    ).toBe(201);
    const refused = await rpc('GetDataset', set);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7']);
    expect((await rpc('GetDataset', set)).status).toBe(200);
    const wrong = await fetch(`${origin}/control/faults`, { method: 'POST', body: '{"on": "GetDataset"}' });
    expect(wrong.status).toBe(400);
    const seen = (await (await fetch(`${origin}/control/requests`)).json()) as { on: string }[];
    expect(seen.at(-1)).toMatchObject({ on: 'GetDataset', ref: 'ada/set', credentials: null });
  });

  it('does not serve what lies outside its folder', async () => {
    for (const path of [
      '/api/v1/datasets/view/..%2f..%2fetc/passwd',
      '/api/v1/datasets/download/ada/..%2f..',
    ]) {
      const status = await new Promise<number | undefined>((resolve) => {
        request({ port: kaggle.port, path }, (response) => {
          text(response).then(() => resolve(response.statusCode));
        }).end();
      });
      expect(status).toBe(404);
    }
  });
});
