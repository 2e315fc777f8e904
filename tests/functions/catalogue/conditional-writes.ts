import { beforeEach, describe, expect, it } from 'vitest';
import { useApi, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

/** A dataset that each test has anew, and a method to write it by. */
export function useWrites(method: 'PUT' | 'PATCH' | 'DELETE') {
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
  return {
    method,
    api,
    strict,
    sql,
    url: () => url,
    etag: () => etag,
    write: (payload?: object, headers: Record<string, string> = {}) =>
      api.send({ method, url, headers, ...(payload && { payload }) }),
    /** How many syncs of a mirror wait or run. */
    async active(ref: string) {
      const rows = await sql(
        `SELECT count(*)::int AS n FROM syncs JOIN mirrors m ON m.id = mirror_id
        WHERE m.ref = $1 AND syncs.state IN ('queued', 'running')`,
        [ref],
      );
      return rows[0]?.n;
    },
  };
}

/** The source of a dataset on Kaggle. */
export const kaggle = (ref: string) => ({ source_url: `https://www.kaggle.com/datasets/${ref}` });

/** What holds of each method that writes a dataset. */
export function conditionalWrites(writes: ReturnType<typeof useWrites>, payload?: object): void {
  const { method, api, strict, sql, url, etag, write } = writes;

  describe('with If-Match', () => {
    it.each([
      ['the tag', () => etag()],
      ['*', () => '*'],
      ['one of several tags', () => `"no", ${etag()},W/"weak"`],
    ])('writes for %s', async (_what, tag) => {
      expect((await write(payload, { 'if-match': tag() })).status).toBeLessThan(300);
    });

    it.each([
      ['another tag', () => '"x"'],
      ['the tag made weak', () => `W/${etag()}`],
      ['the tag of another version', () => etag().replace(/\d+"$/, '999999999"')],
      ['the tag of another dataset', () => '"1.1"'],
      ['the tag with a zero more', () => etag().replace('"', '"0')],
      ['a version that PostgreSQL cannot hold', () => etag().replace(/\d+"$/, '9223372036854775808"')],
      ['a version of more digits than any', () => etag().replace(/\d+"$/, `${'9'.repeat(400)}"`)],
    ])('is 412 for %s and leaves it alone', async (_what, tag) => {
      const { status, json } = await write(payload, { 'if-match': tag() });
      expect(status).toBe(412);
      expect(json().type).toBe('/problems/precondition-failed');
      expect((await api.get(url())).headers.etag).toBe(etag());
    });

    it('knows a version beyond 999,999,999', async () => {
      await sql('UPDATE datasets SET row_version = 2147483646 WHERE id = $1', [url().split('/').at(-1)]);
      const current = String((await api.get(url())).headers.etag);
      expect(current).toMatch(/\.2147483646"$/);
      expect((await write(payload, { 'if-none-match': current })).status).toBe(412);
      expect((await write(payload, { 'if-match': current })).status).toBeLessThan(300);
    });

    it('is 412 for If-None-Match with the current tag, alone and beside If-Match', async () => {
      const refused: Record<string, string>[] = [
        { 'if-none-match': '*' },
        { 'if-none-match': etag() },
        { 'if-none-match': `"x", W/${etag()}` },
        { 'if-match': etag(), 'if-none-match': '*' },
        { 'if-match': '*', 'if-none-match': etag() },
        { 'if-match': '"x"', 'if-none-match': '"x"' },
      ];
      for (const headers of refused)
        expect((await write(payload, headers)).status, JSON.stringify(headers)).toBe(412);
      expect((await api.get(url())).headers.etag).toBe(etag());
      const { status } = await write(payload, { 'if-match': etag(), 'if-none-match': '"x", W/"y"' });
      expect(status).toBeLessThan(300);
    });

    it.each(['x', '"a" "b"', '"a', 'w/"a"', '', '"a",*'])('refuses %j', async (tag) => {
      const { status, json } = await write(payload, { 'if-match': tag });
      expect(status).toBe(400);
      expect(json().errors[0]).toMatchObject({ header: 'If-Match' });
    });

    it('is 428 without it when it is required', async () => {
      const send = (headers: Record<string, string>) =>
        strict.send({ method, url: url(), headers, ...(payload && { payload }) });
      expect((await send({})).status).toBe(428);
      expect((await send({ 'if-match': etag() })).status).toBeLessThan(300);
    });
  });
}
