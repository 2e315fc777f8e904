import { beforeEach, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

type Method = 'PUT' | 'PATCH' | 'DELETE';

describe.skipIf(!hasDatabase)('PUT /datasets/:id, PATCH /datasets/:id and DELETE /datasets/:id', () => {
  const database = useDatabase();
  const api = useApi(database);
  const strict = useApi(database, { REQUIRE_IF_MATCH: 'true' });
  const sql = useSql(database);
  let url = '';
  let etag = '';
  beforeEach(async () => {
    const { headers } = await api.post('/datasets', { name: 'Old', description: 'Text' });
    url = String(headers.location);
    etag = String(headers.etag);
  });
  const write = (method: Method, payload?: object, headers: Record<string, string> = {}) =>
    api.send({ method, url, headers, ...(payload && { payload }) });

  it('replaces the whole of a dataset', async () => {
    const before = (await api.get(url)).json();
    const { status, headers, json } = await write('PUT', { name: ' New ' });
    expect(status).toBe(200);
    expect(json()).toEqual({ ...before, name: 'New', description: null, updated_at: expect.any(String) });
    expect(json().updated_at > before.updated_at).toBe(true);
    expect(headers.etag).not.toBe(etag);
    expect((await api.get(url)).headers.etag).toBe(headers.etag);
  });

  it('changes what a merge patch names, removes what it sets to null', async () => {
    const patch = { source_url: 'https://example.org/x', description: null };
    const merged = await write('PATCH', patch, { 'content-type': 'application/merge-patch+json' });
    expect(merged.json()).toMatchObject({ name: 'Old', ...patch });
    expect((await write('PATCH', { name: 'Newer' })).json()).toMatchObject({
      name: 'Newer',
      source_url: patch.source_url,
    });
    expect((await write('PATCH', {})).status).toBe(200);
  });

  it.each([{ name: null }, { name: ' ' }, { nam: 'x' }, { source_url: 'ftp://x' }, [], { description: 1 }])(
    'refuses the patch %j',
    async (patch) => expect((await write('PATCH', patch)).status).toBe(400),
  );

  it.each(['PUT', 'PATCH'] as const)('refuses a version that cannot be, by %s', async (method) => {
    const source_url = 'https://www.kaggle.com/datasets/ada/set?datasetVersionNumber=0';
    const { status, json } = await write(method, { name: 'x', source_url });
    expect([status, json().errors]).toMatchObject([400, [{ pointer: '/source_url', code: 'malformed' }]]);
  });

  it('takes a merge patch for PATCH only', async () => {
    const type = { 'content-type': 'application/merge-patch+json' };
    expect((await write('PUT', { name: 'x' }, type)).status).toBe(415);
    expect((await api.post('/datasets', { name: 'x' }, type)).status).toBe(415);
  });

  it('is gone after DELETE, and 404 ever after', async () => {
    expect(await write('DELETE')).toMatchObject({ status: 204, text: '' });
    expect((await write('DELETE')).status).toBe(404);
    expect((await write('PUT', { name: 'x' })).status).toBe(404);
    expect((await write('PATCH', { name: 'x' }, { 'if-match': etag })).status).toBe(404);
    expect((await api.get(url)).status).toBe(404);
  });

  describe.each<[Method, object | undefined]>([
    ['PUT', { name: 'x' }],
    ['PATCH', { name: 'x' }],
    ['DELETE', undefined],
  ])('%s with If-Match', (method, payload) => {
    it.each([
      ['the tag', () => etag],
      ['*', () => '*'],
      ['one of several tags', () => `"no", ${etag},W/"weak"`],
    ])('writes for %s', async (_what, tag) => {
      expect((await write(method, payload, { 'if-match': tag() })).status).toBeLessThan(300);
    });

    it.each([
      ['another tag', () => '"x"'],
      ['the tag made weak', () => `W/${etag}`],
      ['the tag of another version', () => etag.replace(/\d+"$/, '999999999"')],
      ['the tag of another dataset', () => '"1.1"'],
      ['the tag with a zero more', () => etag.replace('"', '"0')],
      ['a version that PostgreSQL cannot hold', () => etag.replace(/\d+"$/, '9223372036854775808"')],
      ['a version of more digits than any', () => etag.replace(/\d+"$/, `${'9'.repeat(400)}"`)],
    ])('is 412 for %s and leaves it alone', async (_what, tag) => {
      const { status, json } = await write(method, payload, { 'if-match': tag() });
      expect(status).toBe(412);
      expect(json().type).toBe('/problems/precondition-failed');
      expect((await api.get(url)).headers.etag).toBe(etag);
    });

    it('knows a version beyond 999,999,999', async () => {
      await sql('UPDATE datasets SET row_version = 2147483646 WHERE id = $1', [url.split('/').at(-1)]);
      const current = String((await api.get(url)).headers.etag);
      expect(current).toMatch(/\.2147483646"$/);
      expect((await write(method, payload, { 'if-none-match': current })).status).toBe(412);
      expect((await write(method, payload, { 'if-match': current })).status).toBeLessThan(300);
    });

    it('is 412 for If-None-Match with the current tag, alone and beside If-Match', async () => {
      const refused: Record<string, string>[] = [
        { 'if-none-match': '*' },
        { 'if-none-match': etag },
        { 'if-none-match': `"x", W/${etag}` },
        { 'if-match': etag, 'if-none-match': '*' },
        { 'if-match': '*', 'if-none-match': etag },
        { 'if-match': '"x"', 'if-none-match': '"x"' },
      ];
      for (const headers of refused)
        expect((await write(method, payload, headers)).status, JSON.stringify(headers)).toBe(412);
      expect((await api.get(url)).headers.etag).toBe(etag);
      const { status } = await write(method, payload, { 'if-match': etag, 'if-none-match': '"x", W/"y"' });
      expect(status).toBeLessThan(300);
    });

    it.each(['x', '"a" "b"', '"a', 'w/"a"', '', '"a",*'])('refuses %j', async (tag) => {
      const { status, json } = await write(method, payload, { 'if-match': tag });
      expect(status).toBe(400);
      expect(json().errors[0]).toMatchObject({ header: 'If-Match' });
    });

    it('is 428 without it when it is required', async () => {
      const send = (headers: Record<string, string>) =>
        strict.send({ method, url, headers, ...(payload && { payload }) });
      expect((await send({})).status).toBe(428);
      expect((await send({ 'if-match': etag })).status).toBeLessThan(300);
    });
  });

  it('lets exactly one of many writers with the same tag win', async () => {
    const writes = Array.from({ length: 20 }, (_, index) =>
      write('PUT', { name: `writer ${index}` }, { 'if-match': etag }),
    );
    const statuses = (await Promise.all(writes)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 412)).toHaveLength(19);
  });

  it('loses no patch of many that name different fields', async () => {
    await Promise.all([
      write('PATCH', { name: 'N' }),
      write('PATCH', { description: 'D' }),
      write('PATCH', { source_url: 'https://example.org/' }),
    ]);
    expect((await api.get(url)).json()).toMatchObject({
      name: 'N',
      description: 'D',
      source_url: 'https://example.org/',
    });
  });

  describe('moving between mirrors', () => {
    const kaggle = (ref: string) => ({ source_url: `https://www.kaggle.com/datasets/${ref}` });
    const active = async (ref: string) =>
      (
        await sql(
          `SELECT count(*)::int AS n FROM syncs JOIN mirrors m ON m.id = mirror_id
          WHERE m.ref = $1 AND syncs.state IN ('queued', 'running')`,
          [ref],
        )
      )[0]?.n;

    it('queues a sync of the new one and cancels that of the old', async () => {
      await write('PATCH', kaggle('Ada/first'));
      expect(await active('ada/first')).toBe(1);
      const { json } = await write('PUT', { name: 'x', ...kaggle('ada/second/versions/4') });
      expect(json().mirror).toEqual({ ref: 'ada/second', pinned_version: 4 });
      expect((await api.get(url)).json()).toEqual(json());
      expect(await active('ada/first')).toBe(0);
      expect(await active('ada/second')).toBe(1);
      expect((await write('PATCH', { source_url: null })).json().mirror).toBeNull();
      expect(await active('ada/second')).toBe(0);
    });

    it('queues a sync when another version of the same dataset is pinned, unless that is here', async () => {
      await write('PATCH', kaggle('ada/pinned'));
      await sql(`UPDATE syncs SET state = 'succeeded', finished_at = now()`);
      await sql(
        `INSERT INTO versions (mirror_id, number, total_bytes, file_count, tree_sha256)
         SELECT id, 1, 0, 0, decode(repeat('00', 32), 'hex') FROM mirrors WHERE ref = 'ada/pinned'`,
      );
      await write('PATCH', kaggle('ada/pinned/versions/1'));
      expect(await active('ada/pinned')).toBe(0);
      await write('PATCH', kaggle('ada/pinned/versions/2'));
      expect(await active('ada/pinned')).toBe(1);
    });

    it('keeps the sync while another dataset names the mirror', async () => {
      await write('PATCH', kaggle('ada/shared'));
      const other = await api.post('/datasets', { name: 'Other', ...kaggle('ADA/Shared') });
      await write('DELETE');
      expect(await active('ada/shared')).toBe(1);
      await api.send({ method: 'DELETE', url: String(other.headers.location) });
      expect(await active('ada/shared')).toBe(0);
    });

    it('reads the address again when it is written again: what named a mirror once may name none now', async () => {
      const { source_url } = kaggle('ada/once');
      await write('PATCH', { source_url });
      // As an earlier release has read it.
      const page = 'https://www.kaggle.com/ada/followers';
      await sql(`UPDATE datasets SET source_url = '${page}' WHERE mirror_ref = 'ada/once'`);
      expect((await write('PATCH', { name: 'x' })).json().mirror).toMatchObject({ ref: 'ada/once' });
      expect((await write('PATCH', { source_url: page })).json().mirror).toBeNull();
      expect(await active('ada/once')).toBe(0);
    });

    it('makes no mirror when nothing is written', async () => {
      await write('PUT', { name: 'x', ...kaggle('ada/unwritten') }, { 'if-match': '"x"' });
      expect(await sql(`SELECT FROM mirrors WHERE ref = 'ada/unwritten'`)).toHaveLength(0);
    });
  });
});
