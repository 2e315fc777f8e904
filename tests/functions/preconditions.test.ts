import { beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { useSql } from '#tests/setup/sql.ts';

const DAY = 86_400_000;

describe.skipIf(!hasDatabase)('preconditions', () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });
  const sql = useSql(database);
  let sync = '';

  beforeAll(async () => {
    await mirror.offer('ada/set', 1, { 'a.csv': 'aaaaaaaa' });
    await mirror.fetch(['--dataset', 'ada/set']);
    await mirror.offer('ada/set', 2, { 'a.csv': 'bbbbbbbb' });
    await mirror.fetch([]);
    sync = (await api.post('/datasets/1/syncs', undefined)).headers.location as string;
  });

  describe.each([
    '/',
    '/problems/not-found',
    '/openapi.json',
    '/docs',
    '/datasets',
    '/datasets/1',
    '/datasets/1/mirror',
    '/datasets/1/metadata',
    '/search?q=set',
    '/datasets/1/croissant',
    '/datasets/1/versions/1/croissant',
    '/catalog',
    '/datasets/1/versions/1/metadata',
    '/mirrors',
    '/datasets/1/versions',
    '/datasets/1/versions/1',
    '/datasets/1/versions/latest',
    '/datasets/1/versions/1/files',
    '/datasets/1/versions/1/files/a.csv',
    '/datasets/1/versions/1/archive',
    '/datasets/1/versions/1/SHA256SUMS',
    '/datasets/1/diff?from=1&to=2',
    '/syncs',
    '/syncs/{sync}',
  ])('on GET and HEAD of %s', (template) => {
    const send = async (headers: Record<string, string>) => {
      const url = template.replace('/syncs/{sync}', sync);
      const get = await api.send({ method: 'GET', url, headers });
      const head = await api.send({ method: 'HEAD', url, headers });
      expect(head.status, 'HEAD').toBe(get.status);
      expect(head.headers.etag).toBe(get.headers.etag);
      return get;
    };
    const current = async () => {
      const { status, headers } = await send({});
      expect(status).toBe(200);
      expect(headers['cache-control']).toBe('private, no-cache');
      return String(headers.etag);
    };

    it('If-None-Match is 304 for its tag, weak or strong, in a list and for *', async () => {
      const etag = await current();
      const opaque = etag.replace(/^W\//, '');
      for (const field of [etag, opaque, `W/${opaque}`, `"x" , ${etag}`, `,"x",,${etag},`, '*', ' * ']) {
        const { status, text, headers } = await send({ 'if-none-match': field });
        expect([status, text, headers.etag], field).toEqual([304, '', etag]);
      }
      for (const field of ['"x"', opaque.slice(1, -1), '', `${opaque}x`, '"*"'])
        expect((await send({ 'if-none-match': field })).status, field).toBe(200);
    });

    it('If-Match is 412 for what is not the current tag, and for a weak one', async () => {
      const etag = await current();
      const strong = !etag.startsWith('W/');
      for (const field of ['*', ...(strong ? [etag, `"x",${etag}`] : [])])
        expect((await send({ 'if-match': field })).status, field).toBe(200);
      for (const field of ['"x"', `W/${etag.replace(/^W\//, '')}`]) {
        const { status, json, headers } = await send({ 'if-match': field });
        expect([status, json().type], field).toEqual([412, '/problems/precondition-failed']);
        expect(headers.etag).toBeUndefined();
      }
      expect((await send({ 'if-match': 'x' })).status).toBe(400);
    });

    it('If-Match comes before If-None-Match, and both before dates', async () => {
      const etag = await current();
      expect((await send({ 'if-match': '"x"', 'if-none-match': etag })).status).toBe(412);
      expect((await send({ 'if-match': '*', 'if-none-match': etag })).status).toBe(304);
      const later = new Date(Date.now() + DAY).toUTCString();
      const earlier = new Date(0).toUTCString();
      expect((await send({ 'if-none-match': '"x"', 'if-modified-since': later })).status).toBe(200);
      expect((await send({ 'if-match': '*', 'if-unmodified-since': earlier })).status).toBe(200);
    });
  });

  describe.each(['/datasets/1/versions/1/files/a.csv', '/datasets/1/versions/1/archive'])(
    'on dates of %s',
    (url) => {
      let modified = 0;
      beforeAll(async () => {
        modified = Date.parse(String((await api.get(url)).headers['last-modified']));
      });
      const formsOf = (time: number) => {
        const utc = new Date(time).toUTCString();
        const [, day = '', date = '', month = '', year = '', clock = ''] =
          /^(\w+), (\d+) (\w+) (\d+) (\S+)/.exec(utc) ?? [];
        const long = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' }).format(time);
        return [
          utc,
          `${long}, ${date}-${month}-${year.slice(2)} ${clock} GMT`,
          `${day} ${month} ${String(Number(date)).padStart(2)} ${clock} ${year}`,
        ];
      };

      it('If-Modified-Since is 304 from Last-Modified on', async () => {
        for (const field of [
          ...formsOf(modified),
          ...formsOf(modified + DAY),
          'Fri, 31 Dec 9999 23:59:59 GMT',
        ]) {
          const { status, text, headers } = await api.get(url, { 'if-modified-since': field });
          expect([status, text], field).toEqual([304, '']);
          expect(headers['last-modified']).toBe(new Date(modified).toUTCString());
          expect(headers).not.toHaveProperty('content-length');
        }
        for (const field of [
          ...formsOf(modified - 1_000),
          'Thu, 01 Jan 1970 00:00:00 GMT',
          'Mon, 01 Jan 0001 00:00:00 GMT',
        ])
          expect((await api.get(url, { 'if-modified-since': field })).status, field).toBe(200);
      });

      it('If-Unmodified-Since is 412 before Last-Modified', async () => {
        for (const field of formsOf(modified - 1_000))
          expect((await api.get(url, { 'if-unmodified-since': field })).status, field).toBe(412);
        for (const field of [...formsOf(modified), ...formsOf(modified + DAY)])
          expect((await api.get(url, { 'if-unmodified-since': field })).status, field).toBe(200);
      });

      it.each([
        '',
        '0',
        'tomorrow',
        '2999-01-01T00:00:00Z',
        'Fri, 31 Dec 9999 23:59:59',
        'Fri, 31 Dec 9999 23:59:59 CET',
        'fri, 31 dec 9999 23:59:59 gmt',
        'Sun, 31 Feb 2999 00:00:00 GMT',
        'Sun, 01 Jan 2999 25:00:00 GMT',
        'Sun, 01 Jan 99999999999999999999 00:00:00 GMT',
        '9'.repeat(2_000),
      ])('no date is no condition: %j', async (field) => {
        for (const name of ['if-modified-since', 'if-unmodified-since'])
          expect((await api.get(url, { [name]: field })).status).toBe(200);
      });

      it('If-Range takes the date in every form, and the strong tag only', async () => {
        const { etag } = (await api.get(url)).headers;
        const range = 'bytes=0-1';
        for (const field of [...formsOf(modified), String(etag)])
          expect((await api.get(url, { range, 'if-range': field })).status, field).toBe(206);
        for (const field of [
          ...formsOf(modified + 1_000),
          ...formsOf(modified - 1_000),
          `W/${etag}`,
          '*',
          'x',
          '"x"',
        ])
          expect((await api.get(url, { range, 'if-range': field })).status, field).toBe(200);
      });

      it('a range is given only for what If-Match names', async () => {
        const { etag } = (await api.get(url)).headers;
        const range = 'bytes=4-';
        expect((await api.get(url, { range, 'if-match': String(etag) })).status).toBe(206);
        const latest = url.replace('versions/1', 'versions/latest');
        expect((await api.get(latest, { range, 'if-match': String(etag) })).status).toBe(412);
        expect((await api.get(latest, { range: 'bytes=999999-', 'if-match': String(etag) })).status).toBe(
          412,
        );
      });

      it('HEAD knows no ranges', async () => {
        const head = await api.send({ method: 'HEAD', url, headers: { range: 'bytes=0-1' } });
        expect(head.status).toBe(200);
        expect(head.headers).not.toHaveProperty('content-range');
      });
    },
  );

  it('Last-Modified is when Kaggle made the version, and a repair does not move it', async () => {
    const url = '/datasets/1/versions/1/files/a.csv';
    const created = 'Mon, 03 Feb 2020 04:05:06 GMT';
    await sql(`UPDATE versions SET created_at = '2020-02-03T04:05:06.789Z' WHERE number = 1`);
    expect((await api.get(url)).headers['last-modified']).toBe(created);
    await sql(`UPDATE versions SET created_at = NULL, fetched_at = '2021-02-03T04:05:06Z' WHERE number = 1`);
    const fetched = 'Wed, 03 Feb 2021 04:05:06 GMT';
    expect((await api.get(url)).headers['last-modified']).toBe(fetched);
    await sql(`UPDATE versions SET damaged = true WHERE number = 1`);
    expect((await mirror.fetch(['--dataset', 'ada/set/versions/1'])).status).toBe(0);
    const [row] = await sql('SELECT damaged, fetched_at, verified_at FROM versions WHERE number = 1');
    expect(row).toMatchObject({ damaged: false, fetched_at: new Date('2021-02-03T04:05:06Z') });
  });

  it('Last-Modified is never later than Date', async () => {
    await sql(`UPDATE versions SET created_at = '2999-01-01T00:00:00Z' WHERE number = 2`);
    const { headers } = await api.get('/datasets/1/versions/2/files/a.csv');
    expect(Date.parse(String(headers['last-modified']))).toBeLessThanOrEqual(Date.now());
  });

  describe('on DELETE /syncs/:id', () => {
    const cancel = (headers: Record<string, string>) => api.send({ method: 'DELETE', url: sync, headers });
    const state = async () => (await api.get(sync)).json().state;

    it('If-Match is compared with the sync as it is', async () => {
      sync = String((await api.post('/datasets/1/syncs', undefined)).headers.location);
      const { etag } = (await api.get(sync)).headers;
      const refusals: Record<string, string>[] = [
        { 'if-match': '"x"' },
        { 'if-match': `W/${etag}` },
        { 'if-none-match': '*' },
        { 'if-none-match': `W/${etag}` },
        { 'if-match': String(etag), 'if-none-match': String(etag) },
      ];
      for (const headers of refusals)
        expect((await cancel(headers)).status, JSON.stringify(headers)).toBe(412);
      expect((await cancel({ 'if-match': 'x' })).status).toBe(400);
      expect(await state()).toBe('queued');
      await sql('UPDATE syncs SET bytes_done = bytes_done + 1 WHERE id = $1', [sync.split('/').at(-1)]);
      expect((await cancel({ 'if-match': String(etag) })).status).toBe(412);
      const current = String((await api.get(sync)).headers.etag);
      const cancelled = await cancel({ 'if-match': `"x", ${current}`, 'if-none-match': '"x"' });
      expect(cancelled.status).toBe(202);
      expect(cancelled.headers.etag).toBe((await api.get(sync)).headers.etag);
      expect((await cancel({ 'if-match': '"x"' })).status, 'when it has ended').toBe(409);
    });

    it('one of many with the same tag cancels', async () => {
      sync = String((await api.post('/datasets/1/syncs', undefined)).headers.location);
      const tag = String((await api.get(sync)).headers.etag);
      const statuses = await Promise.all(
        Array.from({ length: 10 }, async () => (await cancel({ 'if-match': tag })).status),
      );
      expect(statuses.filter((status) => status === 202)).toHaveLength(1);
      expect(statuses.filter((status) => status === 409)).toHaveLength(9);
    });
  });
});
