import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import type { KaggleRow } from '#shared/data/kaggle-catalogue.ts';
import type { VersionRow } from '#shared/data/versions.ts';
import { encodeCursor, parseCursor } from '#shared/http/cursor.ts';
import { text } from '#shared/http/text.ts';
import { kaggleVersion } from './find-kaggle-dataset.ts';
import { PAGE_TOKEN } from './request-fields.ts';

interface Asked {
  datasetVersionNumber: number | null;
  pageToken: string | null;
}

interface Paged {
  version: VersionRow;
  /** What the page begins after; null: from the first. */
  after: string | null;
  /** Of the page that begins after it. */
  tokenAfter(place: string): string;
}

const Keys = z.tuple([z.int().min(1).max(2_147_483_647), text(4_096)]);

/**
 * The version of which a page is wanted. A token names the version that its first page was of: pages of a list never mix
 * two, also when a newer one comes in between.
 * @throws {Problem} validation-failed for a token that this list did not give
 */
export async function pagedVersion(
  db: CommonQueryMethods,
  dataset: KaggleRow,
  list: string,
  { datasetVersionNumber, pageToken }: Asked,
): Promise<Paged> {
  const order = `kaggle ${list} ${dataset.ref}`;
  const [number, after] =
    pageToken === null ? [datasetVersionNumber, null] : parseCursor(order, pageToken, Keys, PAGE_TOKEN);
  const version = await kaggleVersion(db, dataset, number);
  return { version, after, tokenAfter: (place) => encodeCursor(order, [version.version, place]) };
}
