import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ConvertReply } from '#shared/tables/convert/convert-task.ts';
import { runEngine } from '#shared/tables/run-engine.ts';
import { isSlow } from '#tests/setup/sample.ts';

const COLUMNS = 3_000;
const ROWS = isSlow ? 3_000 : 100;
/** Those of the job. */
const LIMITS = { seconds: 600, bytes: 640 * 1024 * 1024 };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wide-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it(`a file of ${COLUMNS} columns and ${ROWS} rows fits into the memory of a conversion`, async () => {
  const line = (write: (column: number) => number | string) =>
    Array.from({ length: COLUMNS }, (_, column) => write(column)).join(',');
  const rows = Array.from({ length: ROWS }, (_, row) => line((column) => (row * column) % 9_973));
  const path = join(folder, 'a.csv');
  await writeFile(path, [line((column) => `column ${column}`), ...rows].join('\n'));
  const file = { path, format: 'csv', gzip: false, scratch: folder, maxBytes: 1e9 } as const;
  const reply = await runEngine<ConvertReply>(
    { ...file, kind: 'convert', part: null, target: join(folder, 'out.parquet'), room: 1e10 },
    { limits: LIMITS, signal: new AbortController().signal },
  );
  expect(reply).toMatchObject({ converted: { rows: ROWS, schema: { length: COLUMNS } } });
  const { statistics, schema } = 'converted' in reply ? reply.converted : {};
  expect(schema?.at(-1)).toMatchObject({ name: 'column 2999', type: 'int64' });
  const last = Array.from({ length: ROWS }, (_, row) => (row * (COLUMNS - 1)) % 9_973);
  expect(statistics).toMatchObject({
    columns: { [COLUMNS - 1]: { min: 0, max: Math.max(...last), nulls: 0 } },
  });
}, 600_000);
