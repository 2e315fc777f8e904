import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import {
  DescribedFile,
  Description,
  describedFiles,
  type KnownMetadata,
  mirrorDescription,
  versionDescription,
} from '#shared/data/metadata.ts';
import { latestVersion, type VersionRow } from '#shared/data/versions.ts';
import { represent } from '#shared/http/representation.ts';
import type { MirroredDataset } from './find-version.ts';

const Metadata = z
  .object({
    name: z.string().describe('Ours, as the catalogue has it'),
    description: z.string().nullable().describe('Ours'),
    ref: z.string().describe('owner/slug'),
    version: z.int().nullable().describe('The version that `kaggle.files` is of'),
    received_at: z.string().nullable().describe('When Kaggle said it'),
    kaggle: Description.extend({ files: z.array(DescribedFile) })
      .nullable()
      .describe('What Kaggle says; null while that is not known'),
  })
  .meta({ id: 'Metadata' });
export type Metadata = z.output<typeof Metadata>;

export const metadataItem = represent<Metadata>(Metadata);

/** As of the last check of Kaggle; the files are those of the newest version. */
export async function currentMetadata(db: CommonQueryMethods, dataset: MirroredDataset): Promise<Metadata> {
  const newest = await latestVersion(db, dataset.mirror_ref);
  const [now, then] = await Promise.all([
    mirrorDescription(db, dataset.mirror_ref),
    newest && versionDescription(db, newest.id),
  ]);
  const known =
    now && then ? { ...now, description: overlaid(then.description, now.description) } : (now ?? then);
  return metadata(db, dataset, newest, known);
}

/** As it was when the version was mirrored. */
export async function metadataOfVersion(
  db: CommonQueryMethods,
  dataset: MirroredDataset,
  version: VersionRow,
): Promise<Metadata> {
  return metadata(db, dataset, version, await versionDescription(db, version.id));
}

async function metadata(
  db: CommonQueryMethods,
  { name, description, mirror_ref }: MirroredDataset,
  version: VersionRow | null,
  known: KnownMetadata | null,
): Promise<Metadata> {
  return {
    name,
    description,
    ref: mirror_ref,
    version: version?.version ?? null,
    received_at: known?.received_at ?? null,
    kaggle: known && {
      ...known.description,
      files: version === null ? [] : [...(await describedFiles(db, version.id))],
    },
  };
}

/** What the last check did not say stays as it was said with the version. */
function overlaid(then: Description, now: Description): Description {
  const said = Object.entries(now).filter(
    ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
  );
  return { ...then, ...Object.fromEntries(said) };
}
