import * as z from 'zod';
import type { DatasetRow } from '#shared/data/datasets.ts';
import { text, timestamp } from '#shared/http/text.ts';
import { DatasetId } from './dataset.ts';

export const DatasetSort = z.enum(['name', '-name', 'created_at', '-created_at', 'id', '-id']);
export type DatasetSort = z.output<typeof DatasetSort>;

const KEYS = {
  name: z.tuple([text(200), DatasetId]),
  created_at: z.tuple([timestamp, DatasetId]),
  id: z.tuple([DatasetId]),
};

/** How a list of datasets is ordered, and what a cursor of it holds. */
export function datasetOrder(sort: DatasetSort) {
  const column = sort.replace('-', '') as keyof typeof KEYS;
  return {
    column,
    descending: sort !== column,
    keys: KEYS[column],
    keysOf: (row: DatasetRow) => (column === 'id' ? [row.id] : [row[column], row.id]),
  };
}
