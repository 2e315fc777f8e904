import { hash } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { afterAll, beforeAll, expect } from 'vitest';
import { extractArchive } from '#shared/storage/archive/extract-archive.ts';
import {
  type Limits as ExtractionLimits,
  MAX_NAME_BYTES,
  MAX_RATIO,
} from '#shared/storage/archive/limits.ts';
import type { ExtractedFile } from '#shared/storage/extracted-file.ts';
import { ArchiveError } from '#shared/storage/storage-errors.ts';
import { readTree } from './mirror.ts';

const GIB = 2 ** 30;

type Limits = Partial<ExtractionLimits> & {
  /** Whether to read what was unpacked. */
  read?: boolean;
};

/** Unpacks archives in a folder of their own, beside others that are to stay as they are. */
export function useUnpacking() {
  let folder = '';
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'extract-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function unpack(content: Buffer, { read = true, ...limits }: Limits = {}) {
    const place = join(folder, String(count++));
    const into = join(place, 'a/b/tree');
    await mkdir(join(place, 'a/b'), { recursive: true });
    await writeFile(join(place, 'archive'), content);
    for (const neighbour of ['sentinel', 'a/sentinel', 'a/b/sentinel'])
      await writeFile(join(place, neighbour), 'untouched');
    const before = await everything(place, into);
    const unpacked = extractArchive({
      archive: join(place, 'archive'),
      into,
      limits: {
        maxBytes: GIB,
        maxMembers: 1_000,
        maxNameBytes: MAX_NAME_BYTES,
        maxRatio: MAX_RATIO,
        announcedBytes: null,
        names: { byCase: true, byForm: true },
        ...limits,
      },
      signal: AbortSignal.timeout(60_000),
      onFile() {},
    });
    const result = await unpacked.catch((error: Error) => error);
    expect(await everything(place, into)).toEqual(before);
    const left = result instanceof Error ? await everything(into, '') : {};
    expect(left).toEqual({});
    return { result, tree: read ? await readTree(into) : {} };
  }

  return {
    /** Where an archive may try to write. */
    elsewhere: (name: string) => join(folder, 'elsewhere', name),
    unpack,
    /** The files, by path. */
    async good(
      content: Buffer,
      limits?: Limits,
    ): Promise<{ files: ExtractedFile[]; tree: Record<string, string> }> {
      const { result, tree } = await unpack(content, limits);
      if (result instanceof Error) throw result;
      return { files: result.files, tree };
    },
    async refused(content: Buffer, kind: ArchiveError['kind'], why: RegExp, limits?: Limits): Promise<void> {
      const { result } = await unpack(content, limits);
      expect(result).toBeInstanceOf(ArchiveError);
      expect(result).toMatchObject({ kind, message: expect.stringMatching(why) });
      expect(await lstat(join(folder, 'elsewhere')).catch(() => null)).toBeNull();
    },
  };
}

/** Folders, links and files below a folder, these with the sum of their content; without what is below `except`. */
async function everything(folder: string, except: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const found: Record<string, string> = {};
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (except !== '' && `${path}/`.startsWith(`${except}/`)) continue;
    found[path] = entry.isFile()
      ? hash('sha256', await readFile(path))
      : entry.isDirectory()
        ? 'a folder'
        : 'a link';
  }
  return found;
}

/** A tar.gz with these members. */
export async function tarGz(
  entries: readonly (Partial<Header> & { name: string; content?: string | Buffer })[],
): Promise<Buffer> {
  const archive = pack();
  for (const { content = '', ...header } of entries) archive.entry(header, content as string);
  archive.finalize();
  return gzipSync(await buffer(archive));
}
