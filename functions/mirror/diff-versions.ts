import * as z from 'zod';
import { countUnchanged, diffFiles, type FileChange } from '#shared/data/file-changes.ts';
import { contentEtag } from '#shared/http/content-etag.ts';
import { parseCursor } from '#shared/http/cursor.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { pageQuery } from '#shared/http/list-function.ts';
import { cutPage } from '#shared/http/page.ts';
import { etag, json, link } from '#shared/http/responses.ts';
import { text } from '#shared/http/text.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { mirroredDataset, readyVersion } from '#shared/mirror/find-version.ts';
import { VersionNumber } from '#shared/mirror/version-params.ts';

const Sums = z.object({ size: z.int(), sha256: z.string() });
const OneSided = Sums.extend({ path: z.string() });
const Diff = z.object({
  added: z.array(OneSided),
  removed: z.array(OneSided),
  changed: z.array(z.object({ path: z.string(), from: Sums, to: Sums })),
  unchanged_count: z.int(),
  next_cursor: z.string().nullable(),
});
const Keys = z.tuple([text(4_096)]);

export const diffVersions = defineFunction({
  name: 'diff-versions',
  method: 'GET',
  path: '/datasets/:id/diff',
  summary: 'Files that differ between two versions, by path',
  params: DatasetParams,
  query: z.strictObject({ ...pageQuery, from: VersionNumber, to: VersionNumber }),
  responses: { 200: json(Diff, { headers: [etag, link] }) },
  async handle({ params, query, path, db, pages }) {
    const { limit, cursor } = query;
    const dataset = await mirroredDataset(db, params.id);
    const from = await readyVersion(db, dataset, query.from);
    const to = await readyVersion(db, dataset, query.to);
    const order = `diff ${query.from} ${query.to}`;
    const after = cursor === undefined ? '' : parseCursor(order, cursor, Keys)[0];
    const rows = await diffFiles(pages, from.id, to.id, { after, limit: limit + 1 });
    const { shown, next, headers } = cutPage({
      path,
      query,
      rows,
      write: JSON.stringify,
      order,
      keysOf: (row) => [row.path],
      versionOf: (row) => contentEtag(JSON.stringify(row)),
    });
    const unchanged_count = await countUnchanged(db, from.id, to.id);
    const changes = group(shown.map(({ row }) => row));
    return { status: 200, headers, body: { ...changes, unchanged_count, next_cursor: next } };
  },
});

function group(changes: readonly FileChange[]) {
  return {
    added: changes.flatMap(({ path, from, to }) => (from === null && to ? [{ path, ...to }] : [])),
    removed: changes.flatMap(({ path, from, to }) => (to === null && from ? [{ path, ...from }] : [])),
    changed: changes.filter(({ from, to }) => from !== null && to !== null),
  };
}
