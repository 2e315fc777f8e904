import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ConversionProcess, createConversionProcess } from '#shared/tables/conversion-process.ts';

const FILES = 9;
const BAD = 4;
const LIMITS = { seconds: 600, bytes: 640 * 1024 * 1024 };

/** Processes that this one started, and that convert. */
function engines(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && existsSync(`/proc/${name}/stat`))
    .filter((pid) => {
      const read = (file: string) => {
        try {
          return readFileSync(`/proc/${pid}/${file}`, 'utf8');
        } catch {
          return '';
        }
      };
      const [, parent] = /^PPid:\s+(\d+)/m.exec(read('status')) ?? [];
      return Number(parent) === process.pid && read('cmdline').includes('query-engine');
    })
    .map(Number);
}

describe.skipIf(process.platform !== 'linux')('small files of a version', () => {
  let folder: string;
  let conversions: ConversionProcess;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conversions-'));
    conversions = createConversionProcess(LIMITS);
  });
  afterEach(async () => {
    await conversions.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function convert(number: number, { version = 1, by = conversions, bytes = 100 } = {}) {
    const scratch = join(folder, String(number));
    await mkdir(scratch);
    const gzip = number === BAD;
    const path = join(folder, `${number}.csv`);
    const text = `id,name\n${Array.from({ length: number + 1 }, (_, row) => `${row},file ${number}`).join('\n')}\n`;
    await writeFile(path, gzip ? gzipSync(text).subarray(0, 25) : text);
    const file = { path, format: 'csv', gzip, scratch, maxBytes: 1e6 } as const;
    const target = join(scratch, 'parquet.new');
    const { signal } = new AbortController();
    return by.convert(
      { ...file, kind: 'convert', part: null, target, room: 1e9 },
      { version, bytes, signal },
    );
  }
  const table = (number: number) => ({
    converted: {
      rows: number + 1,
      schema: [
        { name: 'id', type: 'int64' },
        { name: 'name', type: 'text' },
      ],
      statistics: { columns: [{ max: number }, { top: [{ value: `file ${number}`, count: number + 1 }] }] },
    },
  });

  it('share a process, and one that is damaged fails by itself', async () => {
    const pids = new Set<number | undefined>();
    for (let number = 0; number < FILES; number++) {
      const reply = await convert(number);
      if (number === BAD)
        expect(reply).toMatchObject({ failure: 'unreadable', detail: expect.stringContaining('gzip') });
      else expect(reply).toMatchObject(table(number));
      if (number !== BAD) pids.add(engines()[0]);
      expect(engines().length).toBeLessThanOrEqual(1);
    }
    expect(pids.size).toBe(2);
    await conversions.close();
    expect(engines()).toEqual([]);
  }, 240_000);

  it('are converted though their process is killed, before one of them and during another', async () => {
    expect(await convert(0)).toMatchObject(table(0));
    const [before = 0] = engines();
    process.kill(before, 'SIGKILL');
    expect(await convert(1)).toMatchObject(table(1));
    const [during = 0] = engines();
    const converting = convert(2);
    await expect.poll(() => existsSync(join(folder, '2.csv')), { interval: 1, timeout: 60_000 }).toBe(true);
    process.kill(during, 'SIGKILL');
    expect(await converting).toMatchObject(table(2));
    expect(new Set([before, during, ...engines()]).size).toBe(3);
  }, 240_000);

  it('share none with those of another version, or with a larger one', async () => {
    await convert(0);
    const pids = engines();
    await convert(1, { version: 2 });
    pids.push(...engines());
    await convert(2, { version: 2, bytes: 100_000_000 });
    expect(engines()).toEqual([]);
    expect(new Set(pids).size).toBe(2);
  }, 240_000);

  it.for<[cause: string, limits: typeof LIMITS]>([
    ['time', { ...LIMITS, seconds: 0.001 }],
    ['memory', { ...LIMITS, bytes: 1_000_000 }],
  ])('each have all of the %s, and no more', { timeout: 240_000 }, async ([cause, limits]) => {
    const bounded = createConversionProcess(limits);
    await expect(convert(0, { by: bounded })).rejects.toMatchObject({ cause_of_death: cause });
    await bounded.close();
    expect(await convert(1)).toMatchObject(table(1));
  });
});
