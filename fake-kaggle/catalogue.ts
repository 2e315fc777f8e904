import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiError } from './api-error.ts';

/** `DIR/<owner>/<slug>/<version>/<files…>`, or `<version>.zip` or `<version>.tar.gz` to be served as it is. */
export interface Dataset {
  /** A stable number, as Kaggle has one for each dataset. */
  id: number;
  owner: string;
  slug: string;
  title: string;
  licence: string;
  isPrivate: boolean;
  metadata: Metadata;
  /** In ascending order. */
  versions: Version[];
}

export interface Version {
  number: number;
  /** A folder of files, or a ready archive. */
  path: string;
  archive: 'zip' | 'tar.gz' | null;
  notes: string;
  createdAt: Date;
}

export interface File {
  /** Relative, with slashes. */
  name: string;
  size: number;
  modifiedAt: Date;
}

/** Kaggle's own `dataset-metadata.json`, and some fields of the fake's; all are optional. */
export interface Metadata {
  id_no?: number;
  title?: string;
  subtitle?: string;
  description?: string;
  keywords?: string[];
  licenses?: { name: string }[];
  collaborators?: { username: string; role?: string }[];
  /** What is told of files and their columns. */
  resources?: {
    path: string;
    description?: string;
    schema?: { fields: { name: string; type?: string; description?: string }[] };
  }[];
  ownerName?: string;
  image?: string;
  usabilityRating?: number;
  counts?: { views?: number; downloads?: number; votes?: number; kernels?: number; topics?: number };
  isPrivate?: boolean;
  versionNotes?: Record<string, string>;
}

const VERSION = /^([1-9]\d{0,8})(?:\.(zip|tar\.gz))?$/;

/** Names are found in any case, and given as their folders have them. @throws {ApiError} 404 when there is no such folder, or no version in it */
export async function findDataset(root: string, wantedOwner: string, wantedSlug: string): Promise<Dataset> {
  const missing = new ApiError(404, 'NotFound');
  const owner = await spelled(root, wantedOwner);
  const slug = owner && (await spelled(join(root, owner), wantedSlug));
  if (!owner || !slug) throw missing;
  const folder = join(root, owner, slug);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => {
    throw missing;
  });
  const metadata = await readMetadata(folder);
  const versions = await Promise.all(
    entries.flatMap((entry) => toVersion(folder, entry, metadata.versionNotes ?? {})),
  );
  if (versions.length === 0) throw missing;
  return {
    id: metadata.id_no ?? (await idOf(folder)),
    owner,
    slug,
    title: metadata.title ?? slug,
    licence: metadata.licenses?.[0]?.name ?? 'unknown',
    isPrivate: metadata.isPrivate ?? false,
    metadata,
    versions: versions.sort((a, b) => a.number - b.number),
  };
}

export async function allDatasets(root: string): Promise<Dataset[]> {
  const datasets: Dataset[] = [];
  for (const owner of await folders(root)) {
    for (const slug of await folders(join(root, owner)))
      datasets.push(
        ...(await findDataset(root, owner, slug)
          .then((found) => [found])
          .catch(() => [])),
      );
  }
  return datasets;
}

/** The newest version, or the one asked for. */
export function pickVersion(dataset: Dataset, number: number | null): Version {
  const found = number === null ? dataset.versions.at(-1) : dataset.versions.find((v) => v.number === number);
  if (!found) throw new ApiError(404, 'NotFound');
  return found;
}

/** By code point of the name. */
export async function filesOf(version: Version): Promise<File[]> {
  if (version.archive !== null) return [];
  const entries = await readdir(version.path, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      const { size, mtime } = await stat(path);
      return { name: path.slice(version.path.length + 1), size, modifiedAt: mtime };
    });
  return (await Promise.all(files)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function toVersion(folder: string, entry: Dirent, notes: Record<string, string>): Promise<Version>[] {
  const [, digits, archive = null] = VERSION.exec(entry.name) ?? [];
  if (digits === undefined || entry.isDirectory() !== (archive === null)) return [];
  const path = join(folder, entry.name);
  return [
    stat(path).then(({ mtime }) => ({
      number: Number(digits),
      path,
      archive: archive as Version['archive'],
      notes: notes[digits] ?? '',
      createdAt: mtime,
    })),
  ];
}

async function spelled(folder: string, name: string): Promise<string | undefined> {
  const names = (await folders(folder)).filter((found) => /^[\w-]+$/.test(found));
  return (
    names.find((found) => found === name) ?? names.find((found) => found.toLowerCase() === name.toLowerCase())
  );
}

async function readMetadata(folder: string): Promise<Metadata> {
  const text = await readFile(join(folder, 'dataset-metadata.json'), 'utf8').catch(() => '{}');
  return JSON.parse(text) as Metadata;
}

async function folders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

/** Of the folder itself: it keeps its number when it is renamed, and one made anew under the name has another. */
async function idOf(folder: string): Promise<number> {
  const { ino, birthtimeNs } = await stat(folder, { bigint: true });
  return Number((ino * 1_000_003n + birthtimeNs) % 2_147_483_646n) + 1;
}
