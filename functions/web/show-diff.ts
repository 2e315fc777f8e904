import * as z from 'zod';
import { countChanges, diffFiles } from '#shared/data/file-changes.ts';
import { listVersions } from '#shared/data/versions.ts';
import { Problem } from '#shared/http/problems.ts';
import { text } from '#shared/http/text.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { mirroredDataset, readyVersion } from '#shared/mirror/find-version.ts';
import { VersionNumber } from '#shared/mirror/version-params.ts';
import { address } from '#web/addresses.ts';
import { datasetHead } from '#web/dataset-head.ts';
import { pageFunction } from '#web/page-function.ts';
import { chosen } from '#web/version-query.ts';

const PAGE = 200;
const OFFERED = 100;

export const showDiff = pageFunction({
  name: 'show-diff',
  path: '/datasets/:id/diff',
  summary: 'The files that differ between two versions',
  params: DatasetParams,
  query: z.strictObject({
    from: chosen(VersionNumber),
    to: chosen(VersionNumber),
    after: text(4_096).default(''),
  }),
  async render(context) {
    const { db, query } = context;
    const head = await datasetHead(context);
    const dataset = await mirroredDataset(db, head.dataset.id);
    const listed = await listVersions(db, dataset.mirror_ref, { before: null, limit: OFFERED });
    const known = listed.filter(({ state }) => state === 'ready');
    const to = query.to ?? known[0]?.version;
    const from = query.from ?? known.find(({ version }) => version < (to ?? 0))?.version;
    if (to === undefined || from === undefined)
      throw new Problem('not-found', 'There are no two versions to compare yet.');
    const older = await readyVersion(db, dataset, from);
    const newer = await readyVersion(db, dataset, to);
    const counts = await countChanges(db, older.id, newer.id);
    const found = await diffFiles(db, older.id, newer.id, { after: query.after, limit: PAGE + 1 });
    const changes = found.slice(0, PAGE);
    const last = found.length > PAGE ? changes.at(-1) : undefined;
    const { diffPage } = await import('#web/pages/diff.ts');
    return diffPage(head, {
      from: older,
      to: newer,
      known,
      counts,
      changes,
      next: last ? address(context.path, { from, to, after: last.path }) : null,
    });
  },
});
