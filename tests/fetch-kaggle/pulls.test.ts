import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { useSql } from '#tests/setup/sql.ts';

const PULLS = { MIRROR_PULL_THROUGH: '*' };
const EVICTS = { ...PULLS, MIRROR_EVICT_AFTER_DAYS: '30', MIRROR_DELETE_GRACE_HOURS: '0' };

describe.skipIf(!hasDatabase)('what pull-through brought', () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume, ...PULLS });
  const sql = useSql(database);
  const names = ['unused', 'read', 'changed', 'shared', 'kept'];
  const unread = (days: number, slug: string) =>
    sql(
      `UPDATE pulls SET used_at = now() - make_interval(days => $1) WHERE mirror_id = (SELECT id FROM mirrors WHERE slug = $2)`,
      [days, slug],
    );
  const held = async () =>
    (
      await sql(
        `SELECT slug FROM mirrors WHERE EXISTS (SELECT FROM datasets WHERE mirror_ref = ref) ORDER BY slug`,
      )
    ).map(({ slug }) => slug);
  const download = async (slug: string) => {
    const { headers } = await api.get(`/api/v1/datasets/download/ada/${slug}/a.csv`);
    return (await api.get(String(headers.location))).text;
  };
  const sweep = async (env: Record<string, string>) => {
    const { status, stdout } = await mirror.fetch(['--sweep'], env);
    expect(status, stdout).toBe(0);
  };

  beforeAll(async () => {
    for (const slug of names) await mirror.offer(`ada/${slug}`, 1, { 'a.csv': slug });
    const worker = mirror.start(['--queued', '--watch'], PULLS);
    for (const slug of names) expect((await api.get(`/api/v1/datasets/view/ada/${slug}`)).status).toBe(200);
    worker.kill();
    for (const slug of names) await unread(31, slug);
  }, 60_000);

  it('stays where no time is set', async () => {
    await sweep(PULLS);
    expect(await held()).toEqual(names.toSorted());
  });

  it('goes when nobody has read it for so long, unless people made it theirs', {
    timeout: 60_000,
  }, async () => {
    const source_url = 'https://www.kaggle.com/datasets/ada/shared';
    expect((await api.post('/datasets', { name: 'ours', source_url })).status).toBe(201);
    const [changed] = await sql(`SELECT id FROM datasets WHERE mirror_ref = 'ada/changed'`);
    const url = `/datasets/${changed?.id}`;
    expect((await api.send({ method: 'PATCH', url, payload: { name: 'ours' } })).status).toBe(200);
    await unread(29, 'kept');
    expect(await download('read')).toBe('read');
    await vi.waitFor(async () => {
      const used = await sql(`SELECT FROM pulls JOIN mirrors ON mirrors.id = mirror_id
        WHERE slug = 'read' AND used_at > now() - interval '1 day'`);
      expect(used).toHaveLength(1);
    }, 30_000);
    const start = (await api.get('/changes?after=now')).json().next_cursor;
    await sweep(EVICTS);
    expect(await held()).toEqual(['changed', 'kept', 'read', 'shared']);
    const { changes } = (await api.get(`/changes?after=${start}&type=dataset.deleted`)).json();
    expect(changes.map(({ data }: { data: { name: string } }) => data.name).toSorted()).toEqual([
      'ada/shared',
      'ada/unused',
    ]);
    expect((await api.get('/api/v1/datasets/status/ada/unused')).status).toBe(404);
    await sql(`UPDATE versions SET removed_at = now() - interval '1 day' WHERE state = 'removed'`);
    await sweep(EVICTS);
    const folder = (slug: string) => existsSync(join(mirror.volume, 'datasets/ada', slug, 'versions/1'));
    expect(names.filter(folder)).toEqual(['read', 'changed', 'shared', 'kept']);
  });

  it('is forgotten a day after it was asked for in vain', async () => {
    await sql(`INSERT INTO mirrors (owner, slug, state) VALUES ('ada', 'never', 'gone'), ('ada', 'lately', 'gone');
      INSERT INTO pulls (mirror_id, caller, used_at) SELECT id, 'x', now() - interval '25 hours' FROM mirrors WHERE slug = 'never';
      INSERT INTO pulls (mirror_id, caller) SELECT id, 'x' FROM mirrors WHERE slug = 'lately'`);
    await sweep(PULLS);
    expect(await sql(`SELECT slug FROM mirrors WHERE slug IN ('never', 'lately')`)).toEqual([
      { slug: 'lately' },
    ]);
  });
});
