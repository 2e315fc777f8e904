import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect } from 'vitest';
import { useApi } from '#tests/setup/api.ts';
import type { Mirror } from '#tests/setup/mirror.ts';
import { numberDataset, useMirrored } from '#tests/setup/mirrored-once.ts';
import { useSql } from '#tests/setup/sql.ts';

/** Of version 1 of `ada/set`. Version 2 has another a.csv, and no gone.txt. */
export const FILES = {
  'a.csv': 'x,y\n1,2\n',
  'b c/ü #%+&;=.txt': 'odd',
  'd/a+b.csv': 'plus',
  'd/e/f.json': '[]',
  'd/g h.csv': 'space',
  'd.txt': 'after the folder d',
  'empty.txt': '',
  'gone.txt': 'gone',
};

async function mirrorThem(mirror: Mirror): Promise<void> {
  await mirror.offer('ada/set', 1, FILES);
  await numberDataset(mirror, 'ada/set', 1);
  await mirror.offer('Bob-B/Other_Set', 1, { 'data.json': '[]', 'readme.md': 'x'.repeat(1_000) });
  await numberDataset(mirror, 'Bob-B/Other_Set', 2);
  const fetched = await mirror.fetch(['--dataset', 'ada/set', '--dataset', 'Bob-B/Other_Set']);
  expect(fetched.status, fetched.stdout).toBe(0);
  await mirror.offer('ada/set', 2, { ...FILES, 'a.csv': 'x,y\n3,4\n' });
  await rm(join(mirror.source, 'ada/set/2/gone.txt'));
  const again = await mirror.fetch([]);
  expect(again.status, again.stdout).toBe(0);
}

/** `ada/set` in two versions and `Bob-B/Other_Set` in one, mirrored, and `ada/soon`, which nothing was fetched of. */
export function useKaggleMirror(env: Record<string, string> = {}) {
  const { database, mirror } = useMirrored('ada/set for Kaggle', mirrorThem);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume, ...env });
  const sql = useSql(database);
  beforeAll(() =>
    sql(`INSERT INTO mirrors (owner, slug) VALUES ('ada', 'soon');
      INSERT INTO datasets (name, mirror_ref) VALUES ('Soon', 'ada/soon')`),
  );
  /** A request of the RPC surface. */
  const rpc = (method: string, body: object, headers = {}) =>
    api.post(`/api/v1/datasets.DatasetApiService/${method}`, body, headers);
  return { api, mirror, sql, database, rpc };
}

export const SET = { ownerSlug: 'ada', datasetSlug: 'set' };
export const SOON = { ownerSlug: 'ada', datasetSlug: 'soon' };
