import {
  type DescribedVersion,
  recordMetadata,
  recordMetadataFailure,
  undescribedVersions,
} from '#shared/data/metadata.ts';
import { type DescribedFile, parseFiles } from '#shared/kaggle/described-files.ts';
import { completeDescription } from '#shared/kaggle/description.ts';
import { KaggleError } from '#shared/kaggle/kaggle-error.ts';
import { inSpan } from '#shared/telemetry/spans.ts';
import type { Plan } from './check.ts';
import type { MirrorTask } from './run.ts';

const MAX_PAGES = 10;
/** Characters of JSON that are kept of the files of a version: their descriptions, and the bodies as they came. */
const MAX_FILES = 4 * 1024 * 1024;

/**
 * Fetches what Kaggle says of versions that have come, and of the newest if an earlier run could not: Kaggle tells it of
 * the dataset as it is now. The files are there already, so whatever fails here fails no sync.
 */
export async function describeVersions(task: MirrorTask, { upstream, missing }: Plan): Promise<void> {
  const { run, claim, lease } = task;
  const numbers = [...missing.map(({ version }) => version), upstream.version];
  const { mirror_id: mirrorId, ref } = claim;
  for (const { id, version } of await undescribedVersions(run.db, mirrorId, numbers)) {
    try {
      const described = await inSpan('describe', {}, () => describe(task, { upstream, version }));
      await lease.confirm();
      await recordMetadata(run.db, id, described);
    } catch (error) {
      if (lease.signal.aborted || !(error instanceof KaggleError)) throw error;
      run.log.warn({ ref, version, reason: error.message }, 'the metadata of a version could not be fetched');
      await recordMetadataFailure(run.db, id);
    }
  }
}

async function describe(
  { run, claim, lease }: MirrorTask,
  { upstream, version }: { upstream: Plan['upstream']; version: number },
): Promise<DescribedVersion> {
  const { owner, slug } = claim;
  // Not worth waiting for: the next run tries again.
  const call = { owner, slug, budget: { left: 0, delay: 0 }, signal: lease.signal };
  const metadata = await run.kaggle.getMetadata(call);
  const described: DescribedVersion = {
    description: completeDescription(upstream.description, metadata),
    files: [],
    received: [upstream.received, metadata],
  };
  const files = new Map<string, DescribedFile>();
  let page: string | null = null;
  let parsed = 0;
  for (let count = 0; count < MAX_PAGES; count++) {
    const body = await run.kaggle.listFiles({ ...call, version, page });
    const { files: more, listed, next } = parseFiles(body);
    for (const file of more) {
      parsed += JSON.stringify(file).length;
      if (parsed <= MAX_FILES) files.set(file.path, file);
    }
    described.received.push(body);
    if (next === null || next === page || listed === 0) break;
    page = next;
  }
  return { ...described, files: [...files.values()] };
}
