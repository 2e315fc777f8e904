import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';

describe.skipIf(!hasDatabase)('an asset', () => {
  const api = useApi(useDatabase(), { AUTH: 'on', REQUIRE_AUTH_FOR_READS: 'true', RATE_LIMIT: '3' });

  it('is kept for a year by the name with its hash, which a page uses', async () => {
    // The page itself is not for everyone here, but says where its style is.
    const { status, text } = await api.get('/ui');
    expect(status).toBe(401);
    const plain = await api.get('/ui/assets/web.css');
    expect(text).toContain('/ui/assets/web.css');
    expect(plain.headers['cache-control']).toBe('private, no-cache');
    const [, name = ''] = /^"(web-\w+\.css)\.identity"$/.exec(String(plain.headers.etag)) ?? [];
    const { headers, text: style } = await api.get(`/ui/assets/${name}`);
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/css; charset=utf-8',
      'content-length': String(Buffer.byteLength(style)),
      vary: 'Accept-Encoding',
    });
    expect(style).toBe(plain.text);
    const known = await api.get('/ui/assets/web.css', { 'if-none-match': String(plain.headers.etag) });
    expect(known.status).toBe(304);
  });

  it('is not counted by the rate limit, and needs no token', async () => {
    for (let at = 0; at < 10; at += 1) expect((await api.get('/ui/assets/main.js')).status).toBe(200);
  });

  it.each(['nothing.js', '..%2f..%2fpackage.json', 'manifest.json', '__proto__'])(
    'is not %s',
    async (name) => {
      expect((await api.get(`/ui/assets/${name}`)).status).toBe(404);
    },
  );
});
