import * as z from 'zod';
import { findFile } from '#shared/data/files.ts';
import { listFolder } from '#shared/data/folders.ts';
import { encodeCursor, parseCursor } from '#shared/http/cursor.ts';
import { notFound } from '#shared/http/problems.ts';
import { text } from '#shared/http/text.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { address } from '#web/addresses.ts';
import { datasetHead } from '#web/dataset-head.ts';
import { filePreview } from '#web/file-preview.ts';
import { pageFunction } from '#web/page-function.ts';
import { chooseVersion, versionQuery } from '#web/version-query.ts';

const PAGE = 200;
const Keys = z.tuple([z.int(), z.boolean(), text(4_096)]);

export const showFiles = pageFunction({
  name: 'show-files',
  path: '/datasets/:id/files',
  summary: 'A folder of a version, or a file',
  params: DatasetParams,
  query: z.strictObject({
    version: versionQuery,
    path: text(4_096).default(''),
    cursor: z.string().max(8_192).optional(),
  }),
  async render(context) {
    const { db, query } = context;
    const { path } = query;
    const head = await datasetHead(context);
    const { version, others } = await chooseVersion(db, head.dataset, query.version);
    if (path !== '' && !path.endsWith('/')) {
      const file = (await findFile(db, version.id, path)) ?? notFound('file', path);
      const preview = await filePreview(context, head, version, file);
      const { filePage } = await import('#web/pages/file.ts');
      return filePage(head, { version, file, ...preview });
    }
    const [place, isFile, name] =
      query.cursor === undefined
        ? [version.id, false, '']
        : parseCursor(`folder ${path}`, query.cursor, Keys);
    const which = { folder: path, after: { isFile, name }, limit: PAGE + 1 };
    const found = place === version.id ? await listFolder(db, version.id, which) : [];
    if (found.length === 0 && path !== '' && query.cursor === undefined) notFound('folder', path);
    const entries = found.slice(0, PAGE);
    const last = found.length > PAGE ? entries.at(-1) : undefined;
    const cursor = last && encodeCursor(`folder ${path}`, [version.id, last.sha256 !== null, last.name]);
    const next = cursor ? address(context.path, { version: version.version, path, cursor }) : null;
    const { filesPage } = await import('#web/pages/files.ts');
    return filesPage(head, { version, others, folder: path, entries, next });
  },
});
