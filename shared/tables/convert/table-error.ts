/**
 * Why a file gives no table: `not-a-table` (it holds none), `unreadable` (it is damaged, and the message says where),
 * `too-large`, `no-space`.
 */
export type TableFailure = 'not-a-table' | 'unreadable' | 'too-large' | 'no-space';

export class TableError extends Error {
  readonly failure: TableFailure;

  constructor(failure: TableFailure, message: string) {
    super(message);
    this.name = 'TableError';
    this.failure = failure;
  }
}

/** An error of the engine in words that name no place of ours. */
export function toTableError(error: unknown): TableError {
  if (error instanceof TableError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (/No space left|failed to offload|max_temp_directory_size|ENOSPC/i.test(text))
    return new TableError('no-space', 'There is no room for what the conversion writes.');
  if (/^Out of Memory/i.test(text))
    return new TableError('too-large', 'Its rows or cells do not fit into the memory of a conversion.');
  const [, line] = /CSV Error on Line: (\d+)/.exec(text) ?? [];
  if (line !== undefined) return new TableError('unreadable', `Line ${line}: ${csvReason(text)}.`);
  return new TableError('unreadable', `${withoutPaths(text)}.`);
}

/** The lines of the engine's message that say what is wrong, between the file's own text and the advice. */
function csvReason(text: string): string {
  const [before = ''] = text.split(/\n\s*(?:Possible (?:fixes|solution)|file\s*=)/i);
  const lines = before.split('\n').filter((line) => !/CSV Error on Line|^Original Line/.test(line));
  return withoutPaths(lines.join(' '));
}

function withoutPaths(text: string): string {
  // The last lines quote the engine's own statement.
  const plain = text
    .replace(/\n+LINE \d+:[\s\S]*$/, '')
    .replaceAll(/["']?(?:\/[^\s"':,]+){2,}["']?/g, 'the file')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return plain.slice(0, 300).replace(/[.!\s]+$/, '');
}
