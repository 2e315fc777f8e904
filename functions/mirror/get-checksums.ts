import { Readable } from 'node:stream';
import { eachFile } from '#shared/data/files.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { bytes, etag } from '#shared/http/responses.ts';
import { mirroredDataset, readyVersion } from '#shared/mirror/find-version.ts';
import { VersionParams } from '#shared/mirror/version-params.ts';
import { sumLine } from '#shared/storage/sha256sums.ts';

export const getChecksums = defineFunction({
  name: 'get-checksums',
  method: 'GET',
  path: '/datasets/:id/versions/:version/SHA256SUMS',
  summary: 'Checksums of all files, for sha256sum -c',
  params: VersionParams,
  responses: { 200: bytes('text/plain', { headers: [etag] }) },
  async handle({ params, db, volume }) {
    const { id, tree_sha256 } = await readyVersion(db, await mirroredDataset(db, params.id), params.version);
    return {
      status: 200,
      headers: { 'content-type': 'text/plain; charset=utf-8', etag: `"sums.${tree_sha256}"` },
      stream: () => volume.hold(id, Readable.from(lines(db, id), { objectMode: false })),
    };
  },
});

async function* lines(...[db, id]: Parameters<typeof eachFile>): AsyncGenerator<Buffer> {
  for await (const file of eachFile(db, id)) yield Buffer.from(sumLine(file));
}
