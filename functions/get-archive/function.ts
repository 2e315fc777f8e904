import { mirroredDataset, readyVersion } from '#functions/mirrored.ts';
import { volumeOf } from '#functions/volume.ts';
import { allFiles, eachFile } from '#shared/data/files.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { download } from '#shared/http/download.ts';
import { VersionParams } from '#shared/http/version-params.ts';
import { readZip, type ZipFiles, zipLength } from '#shared/storage/archive/store-zip.ts';

/** More files than this are read from the database in pages, once for each pass over them. */
const IN_MEMORY = 20_000;

/** Once the first byte is sent there is no way to say that the volume is gone. */
async function tryOne(files: ZipFiles, volume: ReturnType<typeof volumeOf>): Promise<void> {
  for await (const file of files()) return (await volume.open(file)).close();
}

export const getArchive = defineFunction({
  name: 'get-archive',
  method: 'GET',
  path: '/datasets/:id/versions/:version/archive',
  summary: 'All files in one zip, the same bytes each time',
  params: VersionParams,
  responses: { 200: null, 206: null },
  async handle({ params, headers, db, dataRoot, holdVersion, log }) {
    const dataset = await mirroredDataset(db, params.id);
    const { id, version, fetched_at, file_count, tree_sha256 } = await readyVersion(
      db,
      dataset,
      params.version,
    );
    const rows = file_count > IN_MEMORY ? null : await allFiles(db, id);
    const files: ZipFiles = () => rows ?? eachFile(db, id);
    const volume = volumeOf({ ref: dataset.mirror_ref, version, dataRoot, log });
    return download({
      headers,
      size: await zipLength(files),
      etag: `"zip.${tree_sha256}"`,
      lastModified: new Date(fetched_at),
      mediaType: 'application/zip',
      name: `${dataset.mirror_ref.replace('/', '-')}-v${version}.zip`,
      sha256: null,
      async open(range) {
        await tryOne(files, volume);
        return holdVersion(id, readZip(files, range, volume.read));
      },
    });
  },
});
