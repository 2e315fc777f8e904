import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';

describe.skipIf(!hasDatabase)('fetch-kaggle, redirected to where it should not go', () => {
  const mirror = useMirror(useDatabase());
  const servers: Server[] = [];
  /** Stands for what only this network reaches. */
  let inside = 0;
  let reached: string[] = [];
  /** An API that redirects downloads to `location`, and a storage that redirects on. */
  let relay = 0;
  let location = '';

  async function listen(answer: RequestListener): Promise<number> {
    const server = createServer(answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, resolve));
    return (server.address() as AddressInfo).port;
  }
  beforeAll(async () => {
    inside = await listen((request, response) => {
      reached.push(`${request.headers.host}${request.url}`);
      response.end('secret');
    });
    relay = await listen(async (request, response) => {
      const path = request.url ?? '/';
      const sent = await text(request);
      if (path.startsWith('/storage/'))
        return void response.writeHead(302, { location: `http://127.0.0.1:${inside}/` }).end();
      if (path.endsWith('/DownloadDataset')) return void response.writeHead(302, { location }).end();
      const answer = await fetch(new URL(path, mirror.kaggle.baseUrl), { method: 'POST', body: sent });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    });
    await mirror.offer('ada/set', 1, { 'a.csv': 'x' });
  });
  afterAll(() => {
    for (const server of servers) server.close();
  });
  beforeEach(() => {
    reached = [];
  });
  const run = (to: string) => {
    location = to;
    const KAGGLE_BASE_URL = `http://localhost:${relay}/api/v1`;
    return mirror.fetch(['--dataset', 'ada/set'], { KAGGLE_BASE_URL, MIRROR_RETRIES: '0' });
  };

  it.each([
    ['a host that is a number', () => `http://2130706433:${inside}/`, 'does not name'],
    ['an address of version 4', () => `http://127.0.0.1:${inside}/`, 'does not name'],
    ['an address of version 6', () => `http://[::1]:${inside}/`, 'does not name'],
    ['a mapped address', () => `http://[::ffff:127.0.0.1]:${inside}/`, 'does not name'],
    ['a name that ends with an allowed one', () => `http://evil.localhost:${inside}/`, 'does not name'],
    ['credentials', () => `http://user:hunter2@localhost:${inside}/`, 'with credentials in the address'],
    ['a file', () => 'file:///etc/passwd', 'not https'],
    ['an address without a scheme', () => `//127.0.0.1:${inside}/`, 'does not name'],
  ])('does not follow it: %s', async (_what, to, why) => {
    const { status, stdout } = await run(to());
    expect(status).toBe(1);
    expect(stdout).toContain(why);
    expect(stdout).not.toContain('hunter2');
    expect(reached).toEqual([]);
  });

  it('does not follow the storage to anywhere', async () => {
    const { status, stdout } = await run(`http://localhost:${relay}/storage/archive.zip`);
    expect(status).toBe(1);
    expect(stdout).toContain('storage responded with 302');
    expect(reached).toEqual([]);
  });

  it('follows Kaggle to what is allowed', async () => {
    const { stdout } = await run(`http://localhost:${inside}/archive.zip`);
    expect(reached).toContain(`localhost:${inside}/archive.zip`);
    expect(stdout).not.toContain('does not name');
  });
});
