import * as z from 'zod';
import { listFiles as readFiles } from '#shared/data/files.ts';
import { listFunction } from '#shared/http/list-function.ts';
import { text } from '#shared/http/text.ts';
import { fileItem } from '#shared/mirror/file-item.ts';
import { mirroredDataset, readyVersion } from '#shared/mirror/find-version.ts';
import { VersionParams } from '#shared/mirror/version-params.ts';

const Keys = z.tuple([z.int(), text(4_096)]);

export const listFiles = listFunction({
  name: 'list-files',
  path: '/datasets/:id/versions/:version/files',
  summary: 'The files of a version, by path',
  params: VersionParams,
  filters: { prefix: text(4_096).default('') },
  key: 'files',
  item: fileItem,
  order: ({ prefix }) => ({ name: `path ${prefix}`, keys: Keys }),
  async read({ params, query: { prefix }, path, after: cursor, limit, db }) {
    const { id, version } = await readyVersion(db, await mirroredDataset(db, params.id), params.version);
    // The version is part of the place: `latest` may be another one by the next page.
    const [place, after] = cursor ?? [id, null];
    return {
      rows: place === id ? await readFiles(db, id, { prefix, after, limit }) : [],
      keysOf: (row) => [id, row.path],
      path: path.replace(/\/latest\/files$/, `/${version}/files`),
    };
  },
});
