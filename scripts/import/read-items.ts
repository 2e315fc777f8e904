import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { parseRef, sourceUrl } from '#shared/kaggle/ref.ts';

export const FORMATS = ['csv', 'ndjson', 'list'] as const;
export type Format = (typeof FORMATS)[number];

/** One line of the file as an item of POST /datasets:batch, or why it cannot be one. */
export interface Line {
  line: number;
  item?: Record<string, unknown>;
  problem?: string;
}

export function formatOf(file: string): Format {
  const extension = extname(file).toLowerCase();
  if (extension === '.csv') return 'csv';
  return extension === '.ndjson' || extension === '.jsonl' ? 'ndjson' : 'list';
}

export function readItems(input: Readable, format: Format): AsyncGenerator<Line> {
  if (format === 'csv') return readCsv(input);
  return readLines(input, format === 'list' ? readReference : readObject);
}

const COLUMNS = ['source_url', 'ref', 'name', 'description'];

async function* readCsv(input: Readable): AsyncGenerator<Line> {
  const columns = (header: string[]) => {
    const unknown = header.filter((name) => !COLUMNS.includes(name));
    if (unknown.length > 0) throw new Error(`unknown columns: ${unknown.join(', ')}`);
    return header;
  };
  const parser = input.pipe(parse({ bom: true, columns, info: true, skip_empty_lines: true, trim: true }));
  input.once('error', (error) => parser.destroy(error));
  for await (const { record, info } of parser) {
    // What a cell does not say stays as it is.
    const given = Object.entries(record).filter(([, value]) => value !== '');
    yield { line: info.lines, item: withAddress(Object.fromEntries(given)) };
  }
}

async function* readLines(input: Readable, read: (text: string) => Omit<Line, 'line'>): AsyncGenerator<Line> {
  let line = 0;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1;
    if (text.trim() !== '') yield { line, ...read(text.trim()) };
  }
}

function readReference(text: string): Omit<Line, 'line'> {
  return { item: withAddress({ ref: text }) };
}

function readObject(text: string): Omit<Line, 'line'> {
  try {
    const item = JSON.parse(text);
    if (typeof item === 'object' && item !== null && !Array.isArray(item)) return { item: withAddress(item) };
  } catch {
    // As below.
  }
  return { problem: 'is not a JSON object' };
}

/** `ref` is `owner/slug`, perhaps with a version, or an address. */
function withAddress({ ref, ...item }: Record<string, unknown>): Record<string, unknown> {
  if (typeof ref !== 'string') return item;
  return { source_url: parseRef(ref) === null ? ref : sourceUrl(ref), ...item };
}
