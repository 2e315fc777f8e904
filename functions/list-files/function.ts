import * as z from 'zod';
import { mirroredDataset, readyVersion } from '#functions/mirrored.ts';
import { File, presentFile, listFiles as readFiles } from '#shared/data/files.ts';
import { parseCursor } from '#shared/http/cursor.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { page, pageQuery } from '#shared/http/page.ts';
import { text } from '#shared/http/text.ts';
import { VersionParams } from '#shared/http/version-params.ts';

const Keys = z.tuple([z.int(), text(4_096)]);

export const listFiles = defineFunction({
  name: 'list-files',
  method: 'GET',
  path: '/datasets/:id/versions/:version/files',
  summary: 'The files of a version, by path',
  params: VersionParams,
  query: z.strictObject({ ...pageQuery, prefix: text(4_096).default('') }),
  responses: { 200: z.object({ files: z.array(File), next_cursor: z.string().nullable() }) },
  async handle({ params, query, path, db }) {
    const { limit, cursor, prefix } = query;
    const { id, version } = await readyVersion(db, await mirroredDataset(db, params.id), params.version);
    // The version is part of the place: `latest` may be another one by the next page.
    const sort = `path ${prefix}`;
    const [place, after] = cursor === undefined ? [id, null] : parseCursor(sort, cursor, Keys);
    const rows = place === id ? await readFiles(db, id, { prefix, after, limit: limit + 1 }) : [];
    return page({
      path: path.replace(/\/latest\/files$/, `/${version}/files`),
      query,
      rows,
      name: 'files',
      present: presentFile,
      sort,
      keysOf: (row) => [id, row.path],
      versionOf: (row) => `${row.path} ${row.sha256}`,
    });
  },
});
