import { hash } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SET, useKaggleMirror } from '#tests/functions/kaggle/kaggle-mirror.ts';
import { hasDatabase, useApi } from '#tests/setup/api.ts';

const KEYS = ['a'.repeat(32), 'b'.repeat(32), 'c'.repeat(32)] as const;
const HOURS = 3_600_000;

describe.skipIf(!hasDatabase)('the archive behind a link', () => {
  const { api, mirror, sql, database, rpc } = useKaggleMirror();
  const env = { KAGGLE_DATA_ROOT: mirror.volume };
  const again = useApi(database, env);
  const keyed = useApi(database, { ...env, MIRROR_SIGNING_KEY: KEYS[0] });
  const rotated = useApi(database, { ...env, MIRROR_SIGNING_KEY: `${KEYS[1]},${KEYS[0]}` });
  const foreign = useApi(database, { ...env, MIRROR_SIGNING_KEY: KEYS[2] });
  const closed = useApi(database, { ...env, AUTH: 'on', REQUIRE_AUTH_FOR_READS: 'true' });
  afterEach(() => {
    vi.useRealTimers();
  });
  const linkOf = async (of = api, version = 1) =>
    String((await of.get(`/v1/datasets/download/ada/set?datasetVersionNumber=${version}`)).headers.location);

  it('is the same each time, with what clients compare and resume by', async () => {
    const [first, second] = await Promise.all([api.get(await linkOf()), api.get(await linkOf())]);
    expect(first.status).toBe(200);
    expect(first.text).toBe(second.text);
    expect(first.headers).toMatchObject({
      'content-type': 'application/zip',
      'accept-ranges': 'bytes',
      etag: expect.stringMatching(/^"zip\.[\da-f]{64}"$/),
      'last-modified': expect.any(String),
      'content-length': expect.any(String),
    });
    const bytes = (await api.app.inject(await linkOf())).rawPayload;
    expect(first.headers['x-goog-hash']).toBe(`md5=${hash('md5', bytes, 'base64')}`);
    const head = await api.send({ method: 'HEAD', url: await linkOf() });
    expect(head.headers['content-length']).toBe(String(bytes.length));
    expect(head.headers['x-goog-hash']).toBe(first.headers['x-goog-hash']);
  });

  it('comes in parts that make up the whole, under If-Range, too', async () => {
    const url = await linkOf();
    const whole = (await api.app.inject(url)).rawPayload;
    const { etag } = (await api.get(url)).headers;
    const from = Math.floor(whole.length / 2);
    const headers = { range: `bytes=${from}-`, 'if-range': String(etag) };
    const rest = await api.app.inject({ url, headers });
    expect([rest.statusCode, rest.headers['content-range']]).toEqual([
      206,
      `bytes ${from}-${whole.length - 1}/${whole.length}`,
    ]);
    expect(Buffer.concat([whole.subarray(0, from), rest.rawPayload]).equals(whole)).toBe(true);
    expect((await api.app.inject({ url, headers: { ...headers, 'if-range': '"other"' } })).statusCode).toBe(
      200,
    );
    expect((await api.get(url, { range: `bytes=${whole.length}-` })).status).toBe(416);
  });

  it.each(['?x=1', '?expires=9999999999', '?path=b'])('takes no parameters: %s', async (query) => {
    const { status, json } = await api.get((await linkOf()) + query);
    expect([status, json().message]).toEqual([400, expect.stringContaining('unknown')]);
  });

  it('is open to every client that has the link, also where reads need a token, whatever token comes along', async () => {
    const url = await linkOf();
    expect((await closed.get(url)).status).toBe(200);
    expect((await closed.get(url, { authorization: 'Bearer unknown' })).status).toBe(200);
    expect((await closed.get('/v1/datasets/download/ada/set')).status).toBe(401);
  });

  it('is given by each instance, with a key that they made together or one that they were given', async () => {
    expect((await again.get(await linkOf(api))).status).toBe(200);
    expect((await rotated.get(await linkOf(keyed))).status).toBe(200);
    expect((await keyed.get(await linkOf(rotated))).status).toBe(403);
    expect((await foreign.get(await linkOf(keyed))).status).toBe(403);
    expect(await sql('SELECT name, octet_length(value) AS bytes FROM secrets')).toEqual([
      { name: 'signing', bytes: 32 },
    ]);
  });

  it('is refused after twelve hours', async () => {
    const url = await linkOf();
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 12 * HOURS - 60_000);
    expect((await api.get(url)).status).toBe(200);
    vi.setSystemTime(Date.now() + 120_000);
    const { status, json } = await api.get(url);
    expect([status, json()]).toEqual([
      403,
      {
        code: 403,
        message: expect.stringContaining('expired'),
        error: expect.objectContaining({ status: 'PERMISSION_DENIED' }),
      },
    ]);
  });

  it('is refused for a link that was changed in any part', async () => {
    const url = await linkOf();
    const [, , ticket = '', ...place] = url.split('/');
    const [expires = '', tree = '', signature = ''] = ticket.split('.');
    const turned = (text: string) => (text.startsWith('a') ? 'b' : 'a') + text.slice(1);
    const tickets = [
      `${Number(expires) + 1}.${tree}.${signature}`,
      `${expires}.${turned(tree)}.${signature}`,
      `${expires}.${tree}.${turned(signature)}`,
      `${expires}.${tree}.${signature}A`,
      `${expires}.${tree}.`,
      `${expires}.${tree}`,
      'x',
    ];
    const links = [
      ...tickets.map((one) => ['', 'kaggle', one, ...place].join('/')),
      url.replace('/set/1/', '/set/2/'),
      url.replace('/ada/set/', '/bob-b/other_set/'),
      url.replace('archive.zip', 'files/a.csv'),
    ];
    for (const link of links) {
      const { status, json } = await api.get(link);
      expect([status, json().code], link).toEqual([403, 403]);
    }
  });

  it('is not to be had under another version, or after its version was replaced or removed', async () => {
    const [first, second] = [await linkOf(api, 1), await linkOf(api, 2)];
    expect((await api.get(first.replace('/1/', '/01/'))).status).toBe(404);
    await sql(`UPDATE versions SET tree_sha256 = decode(repeat('ab', 32), 'hex') WHERE number = 1`);
    const replaced = await api.get(first);
    expect([replaced.status, replaced.json().message]).toEqual([404, expect.stringContaining('again')]);
    // Of another tree than the sum was made of.
    expect((await api.get(await linkOf(api, 1))).headers).not.toHaveProperty('x-goog-hash');
    await sql(`UPDATE versions SET state = 'removed' WHERE number = 2`);
    expect((await api.get(second)).status).toBe(404);
    expect((await rpc('DownloadDataset', SET)).status).toBe(404);
  });
});
