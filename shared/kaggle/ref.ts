import { type KaggleSource, parseSourceUrl } from './source-url.ts';

/** Reads `owner/slug` or `owner/slug/versions/n`; null for anything else. */
export function parseRef(text: string): KaggleSource | null {
  return /^[\w-]+\/[\w-]+(\/versions\/\d+)?$/.test(text) ? parseSourceUrl(sourceUrl(text)) : null;
}

/** The address of a dataset's page on Kaggle. */
export function sourceUrl(ref: string): string {
  return `https://www.kaggle.com/datasets/${ref}`;
}
