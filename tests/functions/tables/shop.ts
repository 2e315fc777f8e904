import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { useApi } from '#tests/setup/api.ts';
import { numberDataset, useMirrored } from '#tests/setup/mirrored-once.ts';
import { makeWorkbook } from '#tests/setup/workbook.ts';

export const ROWS = 25_000;
const ORDERS = `id,price,name,day,note\n${Array.from({ length: ROWS }, (_, i) => `${i},${i % 100}.5,n${i % 7},2024-01-${String(1 + (i % 28)).padStart(2, '0')},${i % 3 === 0 ? '' : `Note ${i}`}`).join('\n')}\n`;

/** The address of its version's tables. */
export const BASE = '/datasets/1/versions/1/tables';

const FILES = {
  'orders.csv': () => ORDERS,
  'big table.csv': () => 'a,b\n9007199254740993,x\n1,y\n',
  '2nd-file.csv': () => 'a\n1\n',
  'sub/2nd-file.csv': () => 'a\n2\n',
  'wide.json': () => JSON.stringify([{ text: 'ä'.repeat(10_000), blob: { deep: [1] } }]),
  'shop.sqlite': makeDatabase,
  'book.xlsx': () =>
    makeWorkbook({
      'First Sheet': [
        ['id', 'name'],
        [1, '007'],
        [2.5, 'x'],
      ],
      Second: [['n'], [3]],
    }),
  'broken.csv.gz': () => 'not packed',
  'readme.md': () => 'no table',
  'prose.txt': () => 'just words\nand more\n',
  'empty.csv': () => '',
} satisfies Record<string, () => string | Buffer | Promise<Buffer>>;

export type ShopFile = keyof typeof FILES;

/** A mirrored dataset of these files, all of them when none is named, and the API over it. */
export function useShop(...names: ShopFile[]) {
  const wanted = names.length > 0 ? names : (Object.keys(FILES) as ShopFile[]);
  const { database, mirror } = useMirrored(`ada/shop: ${wanted}`, async (mirror) => {
    const files = wanted.map(async (name) => [name, await FILES[name]()] as const);
    await mirror.offer('ada/shop', 1, Object.fromEntries(await Promise.all(files)));
    await numberDataset(mirror, 'ada/shop', 1);
    const run = await mirror.fetch(['--dataset', 'ada/shop']);
    expect(run.status, run.stderr).toBe(0);
  });
  const env = { KAGGLE_DATA_ROOT: mirror.volume };
  return {
    database,
    mirror,
    api: useApi(database, env),
    disabled: useApi(database, { ...env, MIRROR_TABLES: 'off' }),
  };
}

function makeDatabase(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-'));
  try {
    const path = join(folder, 'a.db');
    const database = new DatabaseSync(path);
    database.exec('CREATE TABLE items (id INTEGER, name TEXT, price REAL, seen TEXT, raw BLOB)');
    database.exec(
      `INSERT INTO items VALUES (9007199254740993, '', 2.0, '2024-01-01', x'00FF'), (1, NULL, 1.5, NULL, NULL)`,
    );
    database.close();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
