import type { CommonQueryMethods } from 'slonik';
import { countChanges, diffFiles } from '#shared/data/file-changes.ts';
import { listVersions } from '#shared/data/versions.ts';
import { Problem } from '#shared/http/problems.ts';
import { mirroredDataset, readyVersion } from '#shared/mirror/find-version.ts';
import { address } from './addresses.ts';
import type { DiffView } from './pages/diff.ts';

const PAGE = 200;
const OFFERED = 100;

interface Place {
  path: string;
  params: { id: number };
  db: CommonQueryMethods;
}

/** What differs between two versions, by default the newest two, behind the path `after`. @throws {Problem} */
export async function readDiff(
  { path, params, db }: Place,
  query: { from?: number | undefined; to?: number | undefined; after: string },
): Promise<DiffView> {
  const dataset = await mirroredDataset(db, params.id);
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
  const next = last ? address(path, { from, to, after: last.path }) : null;
  return { from: older, to: newer, known, counts, changes, next };
}
