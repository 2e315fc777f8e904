import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useServer } from '#tests/telemetry/server.ts';

describe.skipIf(!hasDatabase)('the server as it is shipped', () => {
  const server = useServer(useDatabase());

  /** Without what fetch does with codings by itself. */
  async function get(path: string, coding = 'identity') {
    const answer = await new Promise<import('node:http').IncomingMessage>((resolve, reject) =>
      request(server.address + path, { headers: { 'accept-encoding': coding } }, resolve)
        .on('error', reject)
        .end(),
    );
    return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) };
  }

  it('carries its assets beside it, compressed as well', async () => {
    const page = (await get('/ui')).body.toString();
    const addresses = [...page.matchAll(/(?:src|href)="(\/ui\/assets\/[^"]+)"/g)].map(
      ([, address = '']) => address,
    );
    expect(new Set(addresses).size).toBe(4);
    for (const address of new Set(addresses)) {
      const plain = await get(address);
      expect(address).toMatch(/-[0-9A-Z]{8}\.(js|css|svg)$/);
      expect([plain.status, plain.headers['cache-control']]).toEqual([
        200,
        'public, max-age=31536000, immutable',
      ]);
      const br = await get(address, 'gzip, deflate, br, zstd');
      expect([br.headers['content-encoding'], Number(br.headers['content-length'])]).toEqual([
        'br',
        br.body.length,
      ]);
      expect(brotliDecompressSync(br.body).equals(plain.body)).toBe(true);
      const gzip = await get(address, 'gzip;q=0.5, br;q=0');
      expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
      expect(br.headers.etag).not.toBe(gzip.headers.etag);
    }
  });

  /** Bytes of scripts and styles, compressed, with the parts that they share. */
  async function bytesOf(names: readonly string[]): Promise<number> {
    const assets = await Promise.all(names.map((name) => get(`/ui/assets/${name}`, 'br')));
    const parts = assets.flatMap(({ body }) => [
      ...brotliDecompressSync(body)
        .toString()
        .matchAll(/"\.\/(chunk-\w+\.js)"/g),
    ]);
    const chunks = new Set(parts.map(([, chunk = '']) => chunk));
    const shared = await Promise.all([...chunks].map((chunk) => get(`/ui/assets/${chunk}`, 'br')));
    return [...assets, ...shared].reduce((sum, { body }) => sum + body.length, 0);
  }

  it.each([
    ['data-table.js', 15_000],
    ['sql-editor.js', 130_000],
  ])('sends few bytes with %s: %i of scripts and styles, compressed', async (script, most) => {
    const bytes = await bytesOf(['theme.js', 'main.js', 'web.css', script]);
    expect(bytes).toBeGreaterThan(5_000);
    expect(bytes).toBeLessThan(most);
  });

  it('gives the licences of what browsers load', async () => {
    const { headers, body } = await get('/ui/assets/THIRD_PARTY_LICENSES.txt');
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(body.toString()).toMatch(/@codemirror\/view@.+ \(MIT\)/);
  });
});
