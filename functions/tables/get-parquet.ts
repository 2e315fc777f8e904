import { defineFunction } from '#shared/http/define-function.ts';
import { download } from '#shared/http/download.ts';
import {
  acceptRanges,
  bytes,
  contentDisposition,
  contentRange,
  etag,
  lastModified,
  reprDigest,
} from '#shared/http/responses.ts';
import { mirroredDataset, readyVersion } from '#shared/mirror/find-version.ts';
import { lastModifiedOf } from '#shared/mirror/version-item.ts';
import { readSlice } from '#shared/storage/handle-streams.ts';
import { readyTable } from '#shared/tables/find-table.ts';
import { PARQUET } from '#shared/tables/row-formats.ts';
import { TableParams } from '#shared/tables/table-params.ts';
import { tableVolume } from '#shared/tables/table-volume.ts';

const FIELDS = [etag, lastModified, acceptRanges, contentDisposition, reprDigest];

export const getParquet = defineFunction({
  name: 'get-parquet',
  method: 'GET',
  path: '/datasets/:id/versions/:version/tables/:table/data.parquet',
  summary: 'A table as Parquet, or a range of its bytes',
  params: TableParams,
  download: true,
  fails: [422],
  responses: {
    200: bytes(PARQUET, { headers: FIELDS }),
    206: bytes(PARQUET, { headers: [...FIELDS, contentRange] }),
  },
  async handle({ params, db, volume, tables, log }) {
    const dataset = await mirroredDataset(db, params.id);
    const version = await readyVersion(db, dataset, params.version);
    const table = await readyTable({ db, tables }, version.id, params.table);
    const place = { ref: dataset.mirror_ref, version: version.version, root: volume.root, log };
    const { open } = tableVolume(place, table);
    return download({
      size: table.bytes,
      etag: `"${table.sha256}"`,
      lastModified: lastModifiedOf(version),
      mediaType: PARQUET,
      name: `${table.name}.parquet`,
      sha256: table.sha256,
      md5: null,
      open: async (range) => volume.hold(version.id, readSlice(await open(), { ...range, autoClose: true })),
    });
  },
});
