import * as z from 'zod';
import { findFile } from '#shared/data/files.ts';
import { notFound } from '#shared/http/problems.ts';
import { text } from '#shared/http/text.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { datasetHead } from '#web/dataset-head.ts';
import { pageFunction } from '#web/page-function.ts';
import { chooseVersion, versionQuery } from '#web/version-query.ts';

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
      const { filePreview } = await import('#web/file-preview.ts');
      const preview = await filePreview(context, head, version, file);
      const { filePage } = await import('#web/pages/file.ts');
      return filePage(head, { version, file, ...preview });
    }
    const { readFolder } = await import('#web/folder-content.ts');
    const { filesPage } = await import('#web/pages/files.ts');
    const content = await readFolder(context, version, { folder: path, cursor: query.cursor });
    return filesPage(head, { version, others, folder: path, ...content });
  },
});
