import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ConvertReply } from '#shared/tables/convert/convert-task.ts';
import { runEngine } from '#shared/tables/run-engine.ts';

const ROWS = 300_000;
const BLOCK = 1_000;
/** Bytes of each text: all of them are more than the engine may hold. */
const TEXT = 900;
const LIMITS = { seconds: 600, bytes: 512 * 1024 * 1024 };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'memory-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it.for<[why: string, last: string, columns: number]>([
  ['rows that are alike', '', 2],
  ['a longer row at the end, which has the file read several times', 'x,y,z\n', 3],
])(
  'a file that is larger than the memory of its conversion fits into it: %s',
  { timeout: 600_000 },
  async ([, last, columns]) => {
    const path = join(folder, 'a.csv');
    await pipeline(texts(last), createWriteStream(path));
    const file = { path, format: 'csv', gzip: false, scratch: folder, maxBytes: 1e9 } as const;
    const reply = await runEngine<ConvertReply>(
      { ...file, kind: 'convert', part: null, target: join(folder, 'out.parquet'), room: 1e10 },
      { limits: LIMITS, signal: new AbortController().signal },
    );
    expect(reply).toMatchObject({
      converted: { rows: ROWS + (last ? 1 : 0), schema: { length: columns }, statistics: { covers: 'all' } },
    });
  },
);

/** Texts that all differ, each of two columns. */
function* texts(last: string) {
  yield 'text,id\n';
  for (let from = 0; from < ROWS; from += BLOCK) {
    const rows = Array.from({ length: BLOCK }, (_, index) => {
      const id = String(from + index).padStart(9, '0');
      return `${id.repeat(TEXT / id.length)},${id}\n`;
    });
    yield rows.join('');
  }
  yield last;
}
