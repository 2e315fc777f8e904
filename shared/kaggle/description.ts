import * as z from 'zod';
import type {
  ColumnMessage,
  DatasetMessage,
  DatasetMetadataMessage,
  FileMessage,
} from '#shared/kaggle-wire/dataset-messages.ts';
import { cleanText } from './clean-text.ts';
import { KaggleError } from './kaggle-error.ts';
import { upstreamTime } from './upstream-time.ts';

type Fields<Message> = { [Field in keyof Message]?: z.ZodType };

const LINE = 500;
const MAX_DESCRIPTION = 65_536;
const MAX_NOTE = 10_000;
const MAX_KEYWORDS = 50;
const MAX_COLLABORATORS = 100;
const MAX_FILES_OF_A_PAGE = 1_000;
const MAX_COLUMNS = 5_000;

/** How Kaggle describes a dataset; null and empty where it does not. */
export interface Description {
  title: string | null;
  subtitle: string | null;
  /** Markdown, now and then with HTML in it. */
  description: string | null;
  keywords: string[];
  licence: string | null;
  owner: { ref: string | null; name: string | null };
  collaborators: string[];
  /** 0 to 1. */
  usability: number | null;
  views: number | null;
  downloads: number | null;
  votes: number | null;
  notebooks: number | null;
  discussions: number | null;
  image_url: string | null;
  url: string | null;
  /** RFC 3339 */
  updated_at: string | null;
}

export interface DescribedFile {
  path: string;
  description: string | null;
  columns: { name: string; type: string | null; description: string | null }[];
}

const line = text(LINE);
const count = z.int().nonnegative().nullable().catch(null);
const list = <Item extends z.ZodType>(item: Item, most: number) =>
  z
    .unknown()
    .optional()
    .transform((value) =>
      (Array.isArray(value) ? value.slice(0, most) : []).flatMap((entry) => item.safeParse(entry).data ?? []),
    );
const rating = z.number().min(0).max(1).nullable().catch(null);

const Dataset = z.object({
  title: line,
  subtitle: line,
  description: text(MAX_DESCRIPTION),
  licenseName: line,
  ownerRef: line,
  ownerName: line,
  creatorName: line,
  usabilityRating: rating,
  viewCount: count,
  downloadCount: count,
  voteCount: count,
  kernelCount: count,
  topicCount: count,
  thumbnailImageUrl: address(),
  url: address(),
  lastUpdated: z.unknown().optional().transform(readTime),
  tags: list(z.object({ name: line }), MAX_KEYWORDS),
} satisfies Fields<DatasetMessage>);

/** What a GetDataset says of the dataset. @throws {KaggleError} unavailable */
export function parseDescription(json: string): Description {
  const said = read(Dataset, json);
  return {
    title: said.title,
    subtitle: said.subtitle,
    description: said.description,
    keywords: words(said.tags.map(({ name }) => name)),
    licence: said.licenseName,
    owner: { ref: said.ownerRef, name: said.ownerName ?? said.creatorName },
    collaborators: [],
    usability: said.usabilityRating,
    views: said.viewCount,
    downloads: said.downloadCount,
    votes: said.voteCount,
    notebooks: said.kernelCount,
    discussions: said.topicCount,
    image_url: said.thumbnailImageUrl,
    url: said.url,
    updated_at: said.lastUpdated,
  };
}

const Metadata = z.object({
  info: z.object({
    title: line,
    subtitle: line,
    description: text(MAX_DESCRIPTION),
    usabilityRating: rating,
    totalViews: count,
    totalVotes: count,
    totalDownloads: count,
    keywords: list(line, MAX_KEYWORDS),
    collaborators: list(z.object({ username: line }), MAX_COLLABORATORS),
  } satisfies Fields<DatasetMetadataMessage['info']>),
});

/** What a GetDatasetMetadata adds to what is known from GetDataset. @throws {KaggleError} unavailable */
export function completeDescription(known: Description, json: string): Description {
  const { info } = read(Metadata, json);
  const keywords = words(info.keywords);
  return {
    ...known,
    title: info.title ?? known.title,
    subtitle: info.subtitle ?? known.subtitle,
    description: info.description ?? known.description,
    keywords: keywords.length > 0 ? keywords : known.keywords,
    collaborators: words(info.collaborators.map(({ username }) => username)),
    usability: info.usabilityRating ?? known.usability,
    views: info.totalViews ?? known.views,
    downloads: info.totalDownloads ?? known.downloads,
    votes: info.totalVotes ?? known.votes,
  };
}

const Column = z.object({
  name: line,
  type: line,
  description: text(MAX_NOTE),
} satisfies Fields<ColumnMessage>);
const File = z.object({
  name: text(4_096),
  description: text(MAX_NOTE),
  columns: list(Column, MAX_COLUMNS),
} satisfies Fields<FileMessage>);
const Files = z.object({ datasetFiles: list(File, MAX_FILES_OF_A_PAGE), nextPageToken: text(4_096) });

/** A page of ListDatasetFiles: the files of which it says anything, how many it lists, and where the next one begins. */
export function parseFiles(json: string): { files: DescribedFile[]; listed: number; next: string | null } {
  const { datasetFiles, nextPageToken } = read(Files, json);
  const files = datasetFiles.flatMap(({ name, description, columns }) => {
    const named = columns.flatMap((column) =>
      column.name === null ? [] : [{ ...column, name: column.name }],
    );
    return name === null || (description === null && named.length === 0)
      ? []
      : [{ path: name, description, columns: named }];
  });
  return { files, listed: datasetFiles.length, next: nextPageToken };
}

function read<Schema extends z.ZodType>(schema: Schema, json: string): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(json));
  } catch (cause) {
    throw new KaggleError('unavailable', 'Kaggle responded with a body that describes no dataset', { cause });
  }
}

/** Cut and cleaned; null when nothing is left, or it is no text. */
function text(most: number) {
  return z
    .unknown()
    .optional()
    .transform((value) => (typeof value === 'string' ? cleanText(value, most).trim() || null : null));
}

/** Only what a page may link to. */
function address() {
  return text(2_048).transform((value) => (value !== null && /^https?:\/\//i.test(value) ? value : null));
}

function readTime(value: unknown): string | null {
  try {
    return typeof value === 'string' ? upstreamTime(value) : null;
  } catch {
    return null;
  }
}

function words(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))];
}
