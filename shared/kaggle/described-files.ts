import * as z from 'zod';
import type { ColumnMessage, FileMessage } from '#shared/kaggle-wire/dataset-messages.ts';
import { type Fields, line, list, readMessage, text } from './kaggle-fields.ts';

const MAX_NOTE = 10_000;
const MAX_FILES_OF_A_PAGE = 1_000;
const MAX_COLUMNS = 5_000;

export interface DescribedFile {
  path: string;
  description: string | null;
  columns: { name: string; type: string | null; description: string | null }[];
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
  const { datasetFiles, nextPageToken } = readMessage(Files, json);
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
