import * as z from 'zod';
import type { DatasetMessage, DatasetMetadataMessage } from '#shared/kaggle-wire/dataset-messages.ts';
import { address, type Fields, line, list, readMessage, text } from './kaggle-fields.ts';
import { upstreamTime } from './upstream-time.ts';

const MAX_DESCRIPTION = 65_536;
const MAX_KEYWORDS = 50;
const MAX_COLLABORATORS = 100;

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

const count = z.int().nonnegative().nullable().catch(null);
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
  const said = readMessage(Dataset, json);
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
  const { info } = readMessage(Metadata, json);
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
