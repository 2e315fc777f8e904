import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { sql } from './sql.ts';

const none = z.strictObject({});

/** How Kaggle describes a dataset; null and empty where it does not. */
export const Description = z.object({
  title: z.string().nullable(),
  subtitle: z.string().nullable(),
  description: z.string().nullable(),
  keywords: z.array(z.string()),
  licence: z.string().nullable(),
  owner: z.object({ ref: z.string().nullable(), name: z.string().nullable() }),
  collaborators: z.array(z.string()),
  usability: z.number().nullable(),
  views: z.int().nullable(),
  downloads: z.int().nullable(),
  votes: z.int().nullable(),
  notebooks: z.int().nullable(),
  discussions: z.int().nullable(),
  image_url: z.string().nullable(),
  url: z.string().nullable(),
  updated_at: z.string().nullable(),
});
export type Description = z.output<typeof Description>;

export const DescribedFile = z.object({
  path: z.string(),
  description: z.string().nullable(),
  columns: z.array(
    z.object({ name: z.string(), type: z.string().nullable(), description: z.string().nullable() }),
  ),
});
export type DescribedFile = z.output<typeof DescribedFile>;

/** What of Kaggle's bodies is kept as it came; more of a version is not. */
const MAX_RECEIVED = 8 * 1024 * 1024;

/** Keeps what a check was told of the dataset, parsed and as it came. */
export async function recordDescription(
  db: CommonQueryMethods,
  { id, fence, mirror_id }: { id: number; fence: number; mirror_id: number },
  { description, received }: { description: Description; received: string },
): Promise<void> {
  await db.query(sql.prepared('record_description', none)`
    INSERT INTO mirror_metadata (mirror_id, description, received)
    SELECT ${mirror_id}, ${JSON.stringify(description)}::jsonb, ${storable([received])[0] ?? null}
    FROM syncs WHERE id = ${id} AND fence = ${fence} AND state = 'running'
    ON CONFLICT (mirror_id) DO UPDATE SET description = excluded.description, received = excluded.received,
      received_at = now()`);
}

/** Runs that try for the metadata of a version, which then stays without. */
export const DESCRIBE_ATTEMPTS = 3;

const Undescribed = z.object({ id: z.int(), version: z.int() });

/** The ready ones of these versions of which nothing is known, and that were not tried for often enough. */
export function undescribedVersions(
  db: CommonQueryMethods,
  mirrorId: number,
  numbers: readonly number[],
): Promise<readonly z.output<typeof Undescribed>[]> {
  return db.any(sql.prepared('undescribed_versions', Undescribed)`
    SELECT versions.id, number AS version FROM versions LEFT JOIN version_metadata ON version_id = versions.id
    WHERE mirror_id = ${mirrorId} AND number = ANY(${sql.array([...numbers], 'int4')}) AND state = 'ready'
      AND description IS NULL AND coalesce(attempts, 0) < ${DESCRIBE_ATTEMPTS}
    ORDER BY number`);
}

export interface DescribedVersion {
  description: Description;
  files: readonly DescribedFile[];
  /** Bodies of GetDataset, GetDatasetMetadata and ListDatasetFiles, as they came. */
  received: string[];
}

/** Keeps what Kaggle says of a version, in place of what it said before. */
export function recordMetadata(
  db: CommonQueryMethods,
  versionId: number,
  { description, files, received }: DescribedVersion,
): Promise<void> {
  return db.transaction(async (tx) => {
    await tx.query(sql.prepared('record_metadata', none)`
      INSERT INTO version_metadata (version_id, description, received)
      VALUES (${versionId}, ${JSON.stringify(description)}::jsonb, ${sql.array(storable(received), 'text')})
      ON CONFLICT (version_id) DO UPDATE SET description = excluded.description, received = excluded.received,
        received_at = now()`);
    await tx.query(
      sql.prepared(
        'forget_described_files',
        none,
      )`DELETE FROM described_files WHERE version_id = ${versionId}`,
    );
    await tx.query(sql.prepared('record_described_files', none)`
      INSERT INTO described_files (version_id, path, description, columns)
      SELECT ${versionId}, path, description, columns
      FROM jsonb_to_recordset(${JSON.stringify(files)}::jsonb) AS file (path text, description text, columns jsonb)`);
  });
}

export async function recordMetadataFailure(db: CommonQueryMethods, versionId: number): Promise<void> {
  await db.query(sql.prepared('record_metadata_failure', none)`
    INSERT INTO version_metadata (version_id, attempts) VALUES (${versionId}, 1)
    ON CONFLICT (version_id) DO UPDATE SET attempts = version_metadata.attempts + 1`);
}

export async function forgetMetadata(tx: CommonQueryMethods, versionIds: readonly number[]): Promise<void> {
  const ids = sql.array([...versionIds], 'int4');
  await tx.query(
    sql.prepared('forget_described', none)`DELETE FROM described_files WHERE version_id = ANY(${ids})`,
  );
  await tx.query(
    sql.prepared('forget_metadata', none)`DELETE FROM version_metadata WHERE version_id = ANY(${ids})`,
  );
}

const Known = z.object({ description: Description, received_at: z.string() });
export type KnownMetadata = z.output<typeof Known>;

/** As of the last check; null before the first. */
export function mirrorDescription(db: CommonQueryMethods, ref: string): Promise<KnownMetadata | null> {
  return db.maybeOne(sql.prepared('mirror_description', Known)`
    SELECT description, received_at FROM mirror_metadata JOIN mirrors ON mirrors.id = mirror_id WHERE ref = ${ref}`);
}

/** As Kaggle had it when the version came; null when it did not say. */
export function versionDescription(db: CommonQueryMethods, versionId: number): Promise<KnownMetadata | null> {
  return db.maybeOne(sql.prepared('version_description', Known)`
    SELECT description, received_at FROM version_metadata
    WHERE version_id = ${versionId} AND description IS NOT NULL`);
}

/** By path, by code point. */
export function describedFiles(db: CommonQueryMethods, versionId: number): Promise<readonly DescribedFile[]> {
  return db.any(sql.prepared('described_files', DescribedFile)`
    SELECT path, description, columns FROM described_files WHERE version_id = ${versionId} ORDER BY path`);
}

export function describedFile(
  db: CommonQueryMethods,
  versionId: number,
  path: string,
): Promise<DescribedFile | null> {
  return db.maybeOne(sql.prepared('described_file', DescribedFile)`
    SELECT path, description, columns FROM described_files WHERE version_id = ${versionId} AND path = ${path}`);
}

/** The first bodies, as many as the bound admits. */
export function storable(bodies: readonly string[]): string[] {
  let size = 0;
  const end = bodies.findIndex((body) => {
    size += Buffer.byteLength(body);
    return size > MAX_RECEIVED;
  });
  return (end === -1 ? bodies : bodies.slice(0, end)).map((body) => body.replaceAll('\0', ''));
}
