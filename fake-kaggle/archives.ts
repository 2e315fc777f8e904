import { createReadStream, createWriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { ZipFile } from 'yazl';
import { type Dataset, filesOf, type Version } from './catalogue.ts';
import { type Checksums, checksumsOf } from './checksums.ts';

/** What the storage origin serves: bytes on disk, and what it says of them. */
export interface StoredObject extends Checksums {
  path: string;
  size: number;
  etag: string;
  modifiedAt: Date;
  contentType: string;
}

export type ArchiveFormat = 'zip' | 'tar.gz';

const CONTENT_TYPES = { zip: 'application/zip', 'tar.gz': 'application/gzip' };
const FIXED_TIME = new Date('2020-01-01T00:00:00Z');

export interface Archives {
  /** All files of a version in one archive. */
  bundle(dataset: Dataset, version: Version, format: ArchiveFormat): Promise<StoredObject>;
  /** One file as it is, or in a zip under its own name. */
  file(dataset: Dataset, version: Version, name: string, zipped: boolean): Promise<StoredObject>;
}

/** Archives are made when they are first asked for, in `cache`, and again when the files are newer. */
export function createArchives(cache: string): Archives {
  const objects = new Map<string, Promise<StoredObject>>();
  const once = (key: string, make: () => Promise<StoredObject>) => {
    const known = objects.get(key) ?? make();
    objects.set(key, known);
    known.catch(() => objects.delete(key));
    return known;
  };
  return {
    bundle(dataset, version, format) {
      if (version.archive !== null) {
        const type = CONTENT_TYPES[version.archive];
        return once(`${version.path} ${+version.createdAt}`, () => describe(version.path, type));
      }
      const name = `${dataset.id}-${version.number}-${+version.createdAt}.${format}`;
      return once(name, async () => {
        const names = (await filesOf(version)).map((file) => file.name);
        const path = join(cache, name);
        await (format === 'zip' ? writeZip : writeTar)(version.path, names, `${path}.part`);
        await rename(`${path}.part`, path);
        return describe(path, CONTENT_TYPES[format]);
      });
    },
    file(dataset, version, name, zipped) {
      const path = join(version.path, name);
      if (!zipped) return describe(path, 'application/octet-stream');
      const key = `${dataset.id}-${version.number}-${Buffer.from(name).toString('hex')}.zip`;
      return once(key, async () => {
        await writeZip(version.path, [name], join(cache, key));
        return describe(join(cache, key), 'application/zip');
      });
    },
  };
}

async function describe(path: string, contentType: string): Promise<StoredObject> {
  const [checksums, { size, mtime }] = await Promise.all([checksumsOf(path), stat(path)]);
  const etag = `"${Buffer.from(checksums.md5, 'base64').toString('hex')}"`;
  return { path, size, etag, modifiedAt: mtime, contentType, ...checksums };
}

async function writeZip(folder: string, names: readonly string[], to: string): Promise<void> {
  const zip = new ZipFile();
  for (const name of names) zip.addFile(join(folder, name), name, { mtime: FIXED_TIME, mode: 0o100644 });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(to));
}

async function writeTar(folder: string, names: readonly string[], to: string): Promise<void> {
  const tar = pack();
  const written = pipeline(tar, createGzip(), createWriteStream(to));
  for (const name of names) {
    const path = join(folder, name);
    const { size } = await stat(path);
    await pipeline(createReadStream(path), tar.entry({ name, size, mtime: FIXED_TIME }));
  }
  tar.finalize();
  await written;
}
