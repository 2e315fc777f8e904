import type { DatasetMessage } from './dataset-messages.ts';

const OPTIONAL = [
  'title',
  'subtitle',
  'description',
  'creatorName',
  'creatorUrl',
  'totalBytes',
  'url',
  'licenseName',
  'ownerName',
  'ownerRef',
  'currentVersionNumber',
  'usabilityRating',
  'thumbnailImageUrl',
] as const;

/** A dataset as the old surface has it: each optional field three times, and there also where it is null. */
export function toRestDataset(dataset: DatasetMessage): object {
  const twins = OPTIONAL.flatMap((name) => [
    [name, dataset[name] ?? null],
    [`${name}Nullable`, dataset[name] ?? null],
    [`has${name.charAt(0).toUpperCase()}${name.slice(1)}`, (dataset[name] ?? null) !== null],
  ]);
  return { tags: [], files: [], versions: [], ...dataset, ...Object.fromEntries(twins) };
}
