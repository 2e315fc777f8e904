import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { useSql } from '#tests/setup/sql.ts';

describe.skipIf(!hasDatabase)('the job tells what changed', () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const api = useApi(database);
  const sql = useSql(database);
  const now = async () => (await api.get('/changes?after=now')).json().next_cursor;
  const kinds = async (start: string) =>
    (await api.get(`/changes?after=${start}`))
      .json()
      .changes.map(({ type, subject, data }: { type: string; subject: string; data: { version?: number } }) =>
        `${type} ${subject} ${data.version ?? ''}`.trim(),
      );
  const run = (ref: string, env = {}) => mirror.fetch(['--dataset', ref], env);

  it('of each version and its tables, once, with all datasets that name it', {
    timeout: 120_000,
  }, async () => {
    const start = await now();
    const source_url = 'https://www.kaggle.com/datasets/ada/told';
    const ids = [];
    for (const name of ['one', 'two'])
      ids.push((await api.post('/datasets', { name, source_url })).json().id);
    await mirror.offer('ada/told', 1, { 'a.csv': 'x\n1\n', 'b.csv': 'y\n2\n' });
    await run('ada/told');
    await run('ada/told');
    await mirror.fetch(['--verify', '--dataset', 'ada/told']);
    await mirror.fetch(['--tables']);
    const { changes } = (await api.get(`/changes?after=${start}`)).json();
    expect(changes.slice(2)).toMatchObject([
      {
        type: 'version.ready',
        subject: 'mirrors/ada/told',
        data: { dataset_ids: ids, ref: 'ada/told', version: 1 },
      },
      {
        type: 'tables.ready',
        subject: 'mirrors/ada/told',
        data: { dataset_ids: ids, ref: 'ada/told', version: 1 },
      },
    ]);
    expect(changes).toHaveLength(4);
    const last = (await api.get(`/changes?after=${start}&dataset_id=${ids[1]}`)).json().changes;
    expect(last.map(({ type }: { type: string }) => type)).toEqual([
      'dataset.created',
      'version.ready',
      'tables.ready',
    ]);
  });

  it('of versions that give way to newer ones', { timeout: 120_000 }, async () => {
    await mirror.offer('ada/kept', 1, { 'a.txt': 'prose' });
    await run('ada/kept');
    const start = await now();
    await mirror.offer('ada/kept', 2, { 'a.txt': 'more prose' });
    await run('ada/kept', { MIRROR_KEEP_VERSIONS: '1' });
    expect((await kinds(start)).toSorted()).toEqual([
      'tables.ready mirrors/ada/kept 2',
      'version.ready mirrors/ada/kept 2',
      'version.removed mirrors/ada/kept 1',
    ]);
  });

  it('of a mirror that fails, and that it has recovered, each once', { timeout: 120_000 }, async () => {
    const start = await now();
    await run('ada/late');
    await run('ada/late');
    const { changes } = (await api.get(`/changes?after=${start}&type=mirror.failed,mirror.recovered`)).json();
    expect(changes).toMatchObject([
      {
        type: 'mirror.failed',
        subject: 'mirrors/ada/late',
        data: {
          version: null,
          error: { type: expect.stringMatching(/^\/problems\/kaggle-/), status: expect.any(Number) },
        },
      },
    ]);
    await mirror.offer('ada/late', 1, { 'a.csv': 'x\n1\n' });
    await run('ada/late');
    await run('ada/late');
    expect((await kinds(changes[0].id)).filter((kind: string) => !kind.startsWith('tables'))).toEqual([
      'version.ready mirrors/ada/late 1',
      'mirror.recovered mirrors/ada/late 1',
    ]);
  });

  it('for as many days as it is told, without a gap where a clock stepped', { timeout: 60_000 }, async () => {
    await sql('TRUNCATE changes CASCADE');
    const days = [40, 40, 2, 40, 1];
    for (const age of days)
      await sql(
        `INSERT INTO changes (id, type, subject, dataset_ids, data, time)
         VALUES (nextval('changes_ids'), 'mirror.failed', 'mirrors/a/b', '{}', '{"ref": "a/b", "version": null}',
           now() - make_interval(days => $1))`,
        [age],
      );
    const all = (await api.get('/changes')).json().changes;
    await mirror.fetch(['--sweep']);
    expect((await api.get('/changes')).json().changes).toEqual(all.slice(2));
    expect((await api.get(`/changes?after=${all[0].id}`)).status).toBe(410);
    expect((await api.get(`/changes?after=${all[1].id}`)).json().changes).toEqual(all.slice(2));
    await sql(`UPDATE changes SET time = now() - interval '31 days'`);
    await mirror.fetch(['--sweep']);
    expect((await api.get('/changes')).json()).toEqual({ changes: [], next_cursor: all[4].id });
    expect((await api.get(`/changes?after=${all[4].id}`)).status).toBe(200);
  });
});
