import type { CommonQueryMethods } from 'slonik';
import { allFiles, eachFile, findFile } from '#shared/data/files.ts';
import type { VersionRow } from '#shared/data/versions.ts';
import type { Download } from '#shared/http/download.ts';
import { notFound } from '#shared/http/problems.ts';
import { readZip, type ZipFiles, zipLength } from '#shared/storage/archive/store-zip.ts';
import type { Logger } from '#shared/telemetry/logger.ts';
import type { Volume } from './hold-versions.ts';
import { volumeOf } from './open-volume.ts';
import { lastModifiedOf } from './version-item.ts';

interface Place {
  /** `owner/slug` */
  ref: string;
  row: VersionRow;
}

interface Surroundings {
  db: CommonQueryMethods;
  volume: Volume;
  log: Pick<Logger, 'error'>;
}

/** A file of a version. @throws {Problem} not-found */
export async function fileDownload(
  { ref, row }: Place,
  path: string,
  { db, volume, log }: Surroundings,
): Promise<Download> {
  const { id, version } = row;
  const file = (await findFile(db, id, path)) ?? notFound('file', path);
  const disk = volumeOf({ ref, version, dataRoot: volume.root, log });
  return {
    size: file.size,
    etag: `"${file.sha256}"`,
    lastModified: lastModifiedOf(row),
    mediaType: file.media_type,
    name: file.path.slice(file.path.lastIndexOf('/') + 1),
    sha256: file.sha256,
    md5: file.md5,
    open: async (range) => volume.hold(id, await disk.read(file, range)),
  };
}

/** More files than this are read from the database in pages, once for each pass over them. */
const IN_MEMORY = 20_000;

/** All files of a version in one zip, the same bytes each time. */
export async function archiveDownload(
  { ref, row }: Place,
  { db, volume, log }: Surroundings,
): Promise<Download> {
  const { id, version, file_count, tree_sha256 } = row;
  const rows = file_count > IN_MEMORY ? null : await allFiles(db, id);
  const files: ZipFiles = () => rows ?? eachFile(db, id);
  const disk = volumeOf({ ref, version, dataRoot: volume.root, log });
  return {
    size: await zipLength(files),
    etag: `"zip.${tree_sha256}"`,
    lastModified: lastModifiedOf(row),
    mediaType: 'application/zip',
    name: `${ref.replace('/', '-')}-v${version}.zip`,
    sha256: null,
    md5: row.archive_md5,
    async open(range) {
      await tryOne(files, disk);
      return volume.hold(id, readZip(files, range, disk.read));
    },
  };
}

/** Once the first byte is sent there is no way to say that the volume is gone. */
async function tryOne(files: ZipFiles, disk: ReturnType<typeof volumeOf>): Promise<void> {
  for await (const file of files()) return (await disk.open(file)).close();
}
