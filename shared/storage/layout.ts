import { join } from 'node:path';

/** One version of a dataset; owner and slug in lower case. */
export interface VersionRef {
  owner: string;
  slug: string;
  version: number;
}

/** Where kagglehub looks for a version: `$KAGGLEHUB_CACHE/datasets/<owner>/<slug>/versions/<n>`. */
export function versionDir(root: string, { owner, slug, version }: VersionRef): string {
  return join(root, 'datasets', owner, slug, 'versions', String(version));
}

/** kagglehub takes a version for complete when this empty file is there. */
export function completeMarker(root: string, { owner, slug, version }: VersionRef): string {
  return join(root, 'datasets', owner, slug, `${version}.complete`);
}

/** What is published of a version: its files with their sums, one JSON object a line. */
export function manifestFile(root: string, { owner, slug, version }: VersionRef): string {
  return join(root, '.mirror', 'manifests', owner, slug, `${version}.jsonl`);
}

/** Work in progress on a dataset's versions: one folder `<version>.<fence>` for each. */
export function workFolder(root: string, { owner, slug }: Omit<VersionRef, 'version'>): string {
  return join(root, '.mirror', 'work', owner, slug);
}

/** What waits to be deleted. */
export function trashFolder(root: string): string {
  return join(root, '.mirror', 'trash');
}

/** The tables made of a version, outside of what kagglehub takes for its cache. */
export function tablesDir(root: string, { owner, slug, version }: VersionRef): string {
  return join(root, 'tables', owner, slug, String(version));
}

/** A table as Parquet. */
export function tableFile(root: string, ref: VersionRef, name: string): string {
  return join(tablesDir(root, ref), `${name}.parquet`);
}

/** Work in progress on tables: one folder `<table>.<fence>` for each. */
export function conversionsFolder(root: string): string {
  return join(root, '.mirror', 'conversions');
}
