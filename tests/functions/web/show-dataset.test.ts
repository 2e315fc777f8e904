import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { useMirroredDataset } from '#tests/functions/mirror/mirrored-dataset.ts';
import { hasDatabase } from '#tests/setup/api.ts';

describe.skipIf(!hasDatabase)('the page of a dataset', () => {
  const set = useMirroredDataset();

  it('tells version, files and state', async () => {
    const { status, headers, text } = await set.api.get(`/ui${set.path}`);
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    );
    expect(headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'permissions-policy': '',
    });
    for (const words of ['ada/set', 'Version 2', 'Up to date', '4 files']) expect(text).toContain(words);
    expect(text).toContain(`<link rel="alternate" type="application/json" href="${set.path}">`);
  });

  it('has its Croissant in it, for machines, which nothing in it ends', async () => {
    const name = 'A </script><script>alert(1)</script>';
    await set.api.send({ method: 'PATCH', url: set.path, payload: { name } });
    const { text } = await set.api.get(`/ui${set.path}`);
    expect(text).toContain(`<link rel="alternate" type="application/ld+json" href="${set.path}/croissant">`);
    const [, data = ''] = /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(text) ?? [];
    expect(JSON.parse(data)).toEqual((await set.api.get(`${set.path}/croissant`)).json());
    expect(data).not.toContain('<');
    await set.api.send({ method: 'PATCH', url: set.path, payload: { name: 'ada/set' } });
  });

  it('is compressed as its reader can take it', async () => {
    const path = `/ui${set.path}`;
    const plain = await set.api.get(path);
    expect(plain.headers).toMatchObject({ vary: 'Accept-Encoding' });
    for (const [coding, read] of Object.entries({ br: brotliDecompressSync, gzip: gunzipSync })) {
      const request = { url: path, headers: { 'accept-encoding': `${coding}, x` } };
      const { headers, rawPayload } = await set.api.app.inject(request);
      expect([headers['content-encoding'], headers.etag]).toEqual([coding, plain.headers.etag]);
      expect(read(rawPayload).toString().length).toBe(plain.text.length);
    }
    const etag = String(plain.headers.etag);
    expect((await set.api.get(path, { 'accept-encoding': 'br', 'if-none-match': etag })).status).toBe(304);
  });

  it('shows one that has no mirror, and what is wrong with one that failed', async () => {
    const { id } = (await set.api.post('/datasets', { name: 'Plain', description: 'Two\nlines' })).json();
    expect((await set.api.get(`/ui/datasets/${id}`)).text).toContain('Two\nlines');
    const source_url = 'https://www.kaggle.com/datasets/ada/nowhere';
    const lost = (await set.api.post('/datasets', { name: 'Lost', source_url })).json();
    await set.mirror.fetch(['--dataset', 'ada/nowhere']);
    const { text } = await set.api.get(`/ui/datasets/${lost.id}`);
    expect(text).toContain('Not found at Kaggle');
    expect(text).toContain('Dataset not found at Kaggle');
  });

  it('is a page of its own when there is none', async () => {
    for (const path of ['/ui/datasets/99', '/ui/datasets/x', '/ui/nothing']) {
      const { status, headers, text } = await set.api.get(path);
      expect([status, headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
      expect(headers['content-security-policy']).toContain("trusted-types 'none'");
      expect(text).toContain(String(headers['x-request-id']));
    }
  });

  it('is linked from the dataset as JSON', async () => {
    const { headers } = await set.api.get(set.path);
    expect(headers.link).toBe(`</ui${set.path}>; rel="alternate"; type="text/html"`);
  });
});
