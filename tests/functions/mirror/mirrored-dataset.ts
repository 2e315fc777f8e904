import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect } from 'vitest';
import { hasDatabase, useApi } from '#tests/setup/api.ts';
import type { Mirror } from '#tests/setup/mirror.ts';
import { numberDataset, useMirrored } from '#tests/setup/mirrored-once.ts';

/** Of version 1. Version 2 has another a.csv, new.txt, and no empty.txt. */
export const FILES = {
  'a.csv': 'x,y\n1,2\n',
  'b/ü & "quoted".txt': 'hello '.repeat(1_000),
  'b/line\nbreak.bin': Buffer.from([0, 1, 2, 255]),
  'empty.txt': '',
};

/** What names no version of it. */
export const NO_VERSIONS = ['0', '3', 'newest', '01', '2147483648'];

export const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

/** Mirrors it in two versions. */
async function mirrorIt(mirror: Mirror): Promise<void> {
  await mirror.offer('ada/set', 1, FILES);
  await numberDataset(mirror, 'ada/set', 1);
  await mirror.fetch(['--dataset', 'ada/set']);
  await mirror.offer('ada/set', 2, { ...FILES, 'a.csv': 'x,y\n3,4\n', 'new.txt': 'new' });
  await rm(join(mirror.source, 'ada/set/2/empty.txt'));
  const { status, stderr, stdout } = await mirror.fetch([]);
  expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: '' });
}

/** The dataset `ada/set` with two mirrored versions, on a volume and in a database of this file's own. */
export function useMirroredDataset() {
  const { database, mirror } = useMirrored('ada/set', mirrorIt);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });
  let id = 0;
  if (hasDatabase)
    beforeAll(async () => {
      id = (await api.get('/datasets')).json().datasets[0].id;
    });
  return {
    database,
    api,
    mirror,
    /** Known when the tests run. */
    get id() {
      return id;
    },
    get path() {
      return `/datasets/${id}`;
    },
    /** Registers a dataset that nothing was fetched of, and gives its path. */
    async registerSoon(): Promise<string> {
      const source_url = 'https://www.kaggle.com/datasets/ada/soon';
      return `/datasets/${(await api.post('/datasets', { name: 'Soon', source_url })).json().id}`;
    },
  };
}
