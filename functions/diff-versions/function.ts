import * as z from 'zod';
import { mirroredDataset, readyVersion } from '#functions/mirrored.ts';
import { countUnchanged, diffFiles, type FileChange } from '#shared/data/file-changes.ts';
import { contentEtag } from '#shared/http/content-etag.ts';
import { parseCursor } from '#shared/http/cursor.ts';
import { DatasetParams } from '#shared/http/dataset.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { page, pageQuery } from '#shared/http/page.ts';
import { text } from '#shared/http/text.ts';
import { VersionNumber } from '#shared/http/version-params.ts';

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
  summary: 'Which files differ between two versions, by path',
  params: DatasetParams,
  query: z.strictObject({ ...pageQuery, from: VersionNumber, to: VersionNumber }),
  responses: { 200: Diff },
  async handle({ params, query, path, db }) {
    const { limit, cursor } = query;
    const dataset = await mirroredDataset(db, params.id);
    const from = await readyVersion(db, dataset, query.from);
    const to = await readyVersion(db, dataset, query.to);
    const sort = `diff ${query.from} ${query.to}`;
    const after = cursor === undefined ? '' : parseCursor(sort, cursor, Keys)[0];
    const rows = await diffFiles(db, from.id, to.id, { after, limit: limit + 1 });
    const { body, ...result } = page({
      path,
      query,
      rows,
      name: 'changes',
      present: (row) => row,
      sort,
      keysOf: (row) => [row.path],
      versionOf: contentEtag,
    });
    const { changes, next_cursor } = body as { changes: FileChange[]; next_cursor: string | null };
    const unchanged_count = await countUnchanged(db, from.id, to.id);
    return { ...result, body: { ...group(changes), unchanged_count, next_cursor } };
  },
});

function group(changes: readonly FileChange[]) {
  return {
    added: changes.flatMap(({ path, from, to }) => (from === null && to ? [{ path, ...to }] : [])),
    removed: changes.flatMap(({ path, from, to }) => (to === null && from ? [{ path, ...from }] : [])),
    changed: changes.filter(({ from, to }) => from !== null && to !== null),
  };
}
