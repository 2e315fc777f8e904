import { beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

/** Ref, name, licence, days since its newest version, days since it was registered, bytes, a file. */
const DATASETS = [
  ['ada/weather', 'Weather of Ada', 'CC0: Public Domain', 3, 1, 100, 'a.csv'],
  ['ada/iris', 'Iris, 100% of it', 'GPL 2', 1, 2, 2_000, 'iris.PARQUET'],
  ['bob/weather', 'Storms', 'Database: Open Database, Contents: Database Contents', 2, 3, 30_000, 'x.json'],
  ['bob/penguins', 'Penguins_of_Bob', null, 4, 4, 400, 'deep/p.sqlite'],
] as const;

describe.skipIf(!hasDatabase)('ListDatasets', () => {
  const database = useDatabase();
  const api = useApi(database);
  const sql = useSql(database);
  beforeAll(async () => {
    for (const [ref, name, licence, updated, registered, bytes, path] of DATASETS)
      await sql(
        `WITH mirror AS (
           INSERT INTO mirrors (owner, slug, state, version, licence)
           VALUES (split_part($1, '/', 1), split_part($1, '/', 2), 'ready', 1, $3) RETURNING id, ref
         ), version AS (
           INSERT INTO versions (mirror_id, number, total_bytes, file_count, tree_sha256, created_at)
           SELECT id, 1, $6, 1, '\\x00', now() - make_interval(days => $4) FROM mirror RETURNING id
         ), file AS (
           INSERT INTO files (version_id, path, size, sha256, crc32, media_type)
           SELECT id, $7, $6, '\\x00', 0, 'text/plain' FROM version
         )
         INSERT INTO datasets (name, mirror_ref, created_at)
         SELECT $2, ref, now() - make_interval(days => $5) FROM mirror`,
        [ref, name, licence, updated, registered, bytes, path],
      );
    // Registered and not here yet; here and registered no more.
    await sql(`INSERT INTO mirrors (owner, slug, version) VALUES ('eve', 'soon', NULL), ('eve', 'left', 1);
      INSERT INTO datasets (name, mirror_ref) VALUES ('Soon weather', 'eve/soon')`);
  });
  const list = async (body: object) => {
    const { status, json, text } = await api.post('/api/v1/datasets.DatasetApiService/ListDatasets', body);
    expect(status, text).toBe(200);
    return json();
  };
  const refs = async (body: object) => (await list(body)).datasets.map(({ ref }: { ref: string }) => ref);

  it('has what can be downloaded, the latest update first', async () => {
    expect(await refs({})).toEqual(['ada/iris', 'bob/weather', 'ada/weather', 'bob/penguins']);
    expect((await list({})).datasets[0]).toMatchObject({
      title: 'Iris, 100% of it',
      totalBytes: 2_000,
      downloadCount: 0,
      usabilityRating: 0,
      currentVersionNumber: 1,
    });
  });

  it.each([
    [{ search: 'WEATHER' }, ['bob/weather', 'ada/weather']],
    [{ search: 'weather of' }, ['ada/weather']],
    [{ search: '100%' }, ['ada/iris']],
    [{ search: '_of_' }, ['bob/penguins']],
    [{ search: '   ' }, ['ada/iris', 'bob/weather', 'ada/weather', 'bob/penguins']],
    [{ user: 'BOB', group: 'DATASET_SELECTION_GROUP_USER' }, ['bob/weather', 'bob/penguins']],
    [{ group: 'DATASET_SELECTION_GROUP_MY' }, []],
    [{ group: 'my_private' }, []],
    [{ license: 'DATASET_LICENSE_GROUP_CC' }, ['ada/weather']],
    [{ license: 'gpl' }, ['ada/iris']],
    [{ license: 'odb' }, ['bob/weather']],
    [{ license: 'other' }, ['bob/penguins']],
    [{ license: 'all', fileType: 'DATASET_FILE_TYPE_GROUP_PARQUET' }, ['ada/iris']],
    [{ fileType: 'sqlite' }, ['bob/penguins']],
    [{ fileType: 'bigQuery' }, []],
    [{ minSize: 400, maxSize: '2000' }, ['ada/iris', 'bob/penguins']],
    [{ sortBy: 'DATASET_SORT_BY_PUBLISHED' }, ['ada/weather', 'ada/iris', 'bob/weather', 'bob/penguins']],
    [
      { sortBy: 'hottest', page: 1, pageToken: '' },
      ['ada/iris', 'bob/weather', 'ada/weather', 'bob/penguins'],
    ],
    [{ page: 2, pageSize: 3 }, ['bob/penguins']],
    [{ page: 9 }, []],
    [{ search: 'x'.repeat(1_000) }, []],
  ])('is filtered by %j', async (body, expected) => {
    expect(await refs(body)).toEqual(expected);
  });

  it('gives a token while there is more, and takes it in place of a page', async () => {
    const first = await list({ pageSize: 3 });
    const second = await list({ pageSize: 3, page: 1, pageToken: first.nextPageToken });
    expect(first.datasets).toHaveLength(3);
    expect([second.datasets.map(({ ref }: { ref: string }) => ref), second.nextPageToken]).toEqual([
      ['bob/penguins'],
      null,
    ]);
    const forged = await api.post('/api/v1/datasets.DatasetApiService/ListDatasets', { pageToken: 'forged' });
    expect(forged.status).toBe(400);
  });

  it('is a bare array on the old surface, whose parameters come in small letters, with None for nothing', async () => {
    const query =
      'group=public&sortby=hottest&size=all&filetype=json&license=all&maxSize=None&tagids=&search=&page=1';
    const { json } = await api.get(`/api/v1/datasets/list?${query}`);
    expect(json()).toEqual([
      expect.objectContaining({ ref: 'bob/weather', tags: [], files: [], versions: [] }),
    ]);
  });
});
