import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { conditionalWrites, kaggle, useWrites } from './conditional-writes.ts';

describe.skipIf(!hasDatabase)('PATCH /datasets/:id', () => {
  const writes = useWrites('PATCH');
  const { active, api, etag, sql, url, write } = writes;

  conditionalWrites(writes, { name: 'x' });

  it('changes what a merge patch names, removes what it sets to null', async () => {
    const patch = { source_url: 'https://example.org/x', description: null };
    const merged = await write(patch, { 'content-type': 'application/merge-patch+json' });
    expect(merged.json()).toMatchObject({ name: 'Old', ...patch });
    expect((await write({ name: 'Newer' })).json()).toMatchObject({
      name: 'Newer',
      source_url: patch.source_url,
    });
    expect((await write({})).status).toBe(200);
  });

  it.each([{ name: null }, { name: ' ' }, { nam: 'x' }, { source_url: 'ftp://x' }, [], { description: 1 }])(
    'refuses the patch %j',
    async (patch) => expect((await write(patch)).status).toBe(400),
  );

  it('refuses a version that cannot be', async () => {
    const source_url = 'https://www.kaggle.com/datasets/ada/set?datasetVersionNumber=0';
    const { status, json } = await write({ name: 'x', source_url });
    expect([status, json().errors]).toMatchObject([400, [{ pointer: '/source_url', code: 'malformed' }]]);
  });

  it('is 404 once it is deleted', async () => {
    expect(await api.send({ method: 'DELETE', url: url() })).toMatchObject({ status: 204 });
    expect((await write({ name: 'x' }, { 'if-match': etag() })).status).toBe(404);
  });

  it('loses no patch of many that name different fields', async () => {
    await Promise.all([
      write({ name: 'N' }),
      write({ description: 'D' }),
      write({ source_url: 'https://example.org/' }),
    ]);
    expect((await api.get(url())).json()).toMatchObject({
      name: 'N',
      description: 'D',
      source_url: 'https://example.org/',
    });
  });

  it('queues a sync of the mirror it moves to and cancels that of the one it leaves', async () => {
    await write(kaggle('Ada/first'));
    expect(await active('ada/first')).toBe(1);
    const { json } = await api.send({
      method: 'PUT',
      url: url(),
      payload: { name: 'x', ...kaggle('ada/second/versions/4') },
    });
    expect(json().mirror).toEqual({ ref: 'ada/second', pinned_version: 4 });
    expect((await api.get(url())).json()).toEqual(json());
    expect(await active('ada/first')).toBe(0);
    expect(await active('ada/second')).toBe(1);
    expect((await write({ source_url: null })).json().mirror).toBeNull();
    expect(await active('ada/second')).toBe(0);
  });

  it('queues a sync when another version of the same dataset is pinned, unless that is here', async () => {
    await write(kaggle('ada/pinned'));
    await sql(`UPDATE syncs SET state = 'succeeded', finished_at = now()`);
    await sql(
      `INSERT INTO versions (mirror_id, number, total_bytes, file_count, tree_sha256)
       SELECT id, 1, 0, 0, decode(repeat('00', 32), 'hex') FROM mirrors WHERE ref = 'ada/pinned'`,
    );
    await write(kaggle('ada/pinned/versions/1'));
    expect(await active('ada/pinned')).toBe(0);
    await write(kaggle('ada/pinned/versions/2'));
    expect(await active('ada/pinned')).toBe(1);
  });

  it('reads the address again when it is written again: what named a mirror once may name none now', async () => {
    const { source_url } = kaggle('ada/once');
    await write({ source_url });
    // As an earlier release has read it.
    const page = 'https://www.kaggle.com/ada/followers';
    await sql(`UPDATE datasets SET source_url = '${page}' WHERE mirror_ref = 'ada/once'`);
    expect((await write({ name: 'x' })).json().mirror).toMatchObject({ ref: 'ada/once' });
    expect((await write({ source_url: page })).json().mirror).toBeNull();
    expect(await active('ada/once')).toBe(0);
  });
});
