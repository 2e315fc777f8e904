import { allFiles, eachFile } from '#shared/data/files.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { download } from '#shared/http/download.ts';
import {
  acceptRanges,
  bytes,
  contentDisposition,
  contentRange,
  etag,
  lastModified,
} from '#shared/http/responses.ts';
import { mirroredDataset, readyVersion } from '#shared/mirror/find-version.ts';
import { volumeOf } from '#shared/mirror/open-volume.ts';
import { lastModifiedOf } from '#shared/mirror/version-item.ts';
import { VersionParams } from '#shared/mirror/version-params.ts';
import { readZip, type ZipFiles, zipLength } from '#shared/storage/archive/store-zip.ts';

/** More files than this are read from the database in pages, once for each pass over them. */
const IN_MEMORY = 20_000;

/** Once the first byte is sent there is no way to say that the volume is gone. */
async function tryOne(files: ZipFiles, disk: ReturnType<typeof volumeOf>): Promise<void> {
  for await (const file of files()) return (await disk.open(file)).close();
}

const FIELDS = [etag, lastModified, acceptRanges, contentDisposition];

export const getArchive = defineFunction({
  name: 'get-archive',
  method: 'GET',
  path: '/datasets/:id/versions/:version/archive',
  summary: 'All files in one zip with the same bytes each time',
  params: VersionParams,
  download: true,
  responses: {
    200: bytes('application/zip', { headers: FIELDS }),
    206: bytes('application/zip', { headers: [...FIELDS, contentRange] }),
  },
  async handle({ params, db, volume, log }) {
    const dataset = await mirroredDataset(db, params.id);
    const row = await readyVersion(db, dataset, params.version);
    const { id, version, file_count, tree_sha256 } = row;
    const rows = file_count > IN_MEMORY ? null : await allFiles(db, id);
    const files: ZipFiles = () => rows ?? eachFile(db, id);
    const disk = volumeOf({ ref: dataset.mirror_ref, version, dataRoot: volume.root, log });
    return download({
      size: await zipLength(files),
      etag: `"zip.${tree_sha256}"`,
      lastModified: lastModifiedOf(row),
      mediaType: 'application/zip',
      name: `${dataset.mirror_ref.replace('/', '-')}-v${version}.zip`,
      sha256: null,
      async open(range) {
        await tryOne(files, disk);
        return volume.hold(id, readZip(files, range, disk.read));
      },
    });
  },
});
