import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { sendRaw } from '#tests/setup/raw-http.ts';

const SECRET = 'not for you';

describe.skipIf(!hasDatabase)('the path of a file', () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });
  let address = '';
  let version = '';
  beforeAll(async () => {
    await mirror.offer('ada/set', 1, { 'a.csv': 'x,y\n', 'b/c.txt': 'mirrored...' });
    await mirror.fetch(['--dataset', 'ada/set']);
    version = `/datasets/${(await api.get('/datasets')).json().datasets[0].id}/versions/1`;
    address = await api.app.listen({ host: '127.0.0.1', port: 0 });
    // Above the version, the dataset, the volume: wherever a way up may lead.
    for (const folder of [
      'datasets/ada/set/versions',
      'datasets/ada/set',
      'datasets/ada',
      'datasets',
      '.',
      '..',
    ])
      await writeFile(join(mirror.volume, folder, 'secret'), SECRET);
  });

  async function get(target: string) {
    const { text } = await sendRaw(address, [
      `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    ]);
    return { status: Number(text.split(' ')[1]), text };
  }

  it('is found as it was mirrored, in whatever spelling an address allows', async () => {
    for (const path of ['b/c.txt', 'b%2fc.txt', '%62/%63.txt']) {
      const { status, text } = await get(`${version}/files/${path}`);
      expect({ status, end: text.slice(-11) }).toEqual({ status: 200, end: 'mirrored...' });
    }
  });

  const ups = [
    '../',
    '..%2f',
    '..%2F',
    '%2e%2e/',
    '%2e%2e%2f',
    '.%2e/',
    '..\\',
    '..%5c',
    '%2e%2e%5c',
    '..%252f',
    '%252e%252e/',
    '%252e%252e%252f',
    '%25252e%25252e%25252f',
    '....//',
    '..;/',
    '%c0%ae%c0%ae/',
    '%u002e%u002e/',
    '..%00/',
    '%00../',
    'b/../../',
    'b/%2e%2e/%2e%2e/',
    './../',
  ];
  it.each(ups)('leads nowhere up: %s', async (up) => {
    for (const times of [1, 2, 3, 4, 5, 6])
      for (const start of [`${version}/files/`, `${version}/files/b/`, `${version}/`, '/']) {
        const { status, text } = await get(`${start}${up.repeat(times)}secret`);
        expect([400, 404], start).toContain(status);
        expect(text).not.toContain(SECRET);
      }
  });

  it.each([
    '/etc/passwd',
    '%2fetc%2fpasswd',
    'file:///etc/passwd',
    'C:%5cWindows%5cwin.ini',
    'a.csv%00',
    'a.csv%00.txt',
    '%00a.csv',
    'a.csv/',
    'a.csv%2f',
    'a.csv/.',
    './a.csv',
    'b/../a.csv',
    'b//c.txt',
    'b%5cc.txt',
    'b',
    'b/',
    'A.CSV',
    'a.csv%20',
    'a.csv.',
    'a%2ecsv%3a%3a$DATA',
  ])('is no other spelling of a file: %s', async (path) => {
    const { status, text } = await get(`${version}/files/${path}`);
    expect([400, 404]).toContain(status);
    expect(text).not.toMatch(/root:|x,y/);
  });

  describe('with a link on the volume', () => {
    const at = (path: string) => join(mirror.volume, 'datasets', path);
    let linked = '';
    async function replaceByLink(path: string) {
      const outside = join(mirror.volume, '..', 'outside');
      await rm(outside, { recursive: true, force: true });
      // The same files in the same sizes, so that nothing but the link is amiss.
      const below = 'ada/set/versions/1/b/c.txt'.slice(path.length + 1);
      const target = join(outside, below);
      await mkdir(join(target, '..'), { recursive: true });
      await writeFile(target, SECRET);
      linked = path;
      await rename(at(path), `${at(path)}.away`);
      await symlink(outside, at(path));
    }
    afterEach(async () => {
      await rm(at(linked));
      await rename(`${at(linked)}.away`, at(linked));
    });

    it.each(['ada/set/versions/1/b', 'ada/set/versions/1', 'ada/set/versions', 'ada/set', 'ada'])(
      'is not followed out of the volume: %s',
      async (path) => {
        await replaceByLink(path);
        const file = await get(`${version}/files/b/c.txt`);
        expect(file.status).toBe(503);
        expect(file.text).toContain('/problems/volume-unavailable');
        expect(file.text).not.toContain(SECRET);
        expect((await get(`${version}/archive`)).text).not.toContain(SECRET);
      },
    );
  });
});
