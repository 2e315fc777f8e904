import { lineAndColumn } from './line-and-column.ts';
import { DamagedTable } from './lock-down.ts';
import { QueryRefusal } from './query-refusal.ts';
import type { QueryFault, TableView } from './query-steps.ts';

/** As the engine writes an error with `errors_as_json`, and `json_serialize_sql` one of its own. */
export interface EngineError {
  exception_type: string;
  exception_message: string;
  position?: string;
}

const LONGEST = 500;

/** The result is larger than its format may be. */
export class ResultTooLarge extends Error {}

interface Context {
  text: string;
  views: readonly TableView[];
  /** Bytes of the statement that ran before the text. */
  offset?: number;
}

/** What an error of a query means for its client. */
export function faultOf(error: unknown, { text, views, offset = 0 }: Context): QueryFault {
  if (error instanceof QueryRefusal)
    return { fault: error.kind, detail: error.message, ...lineAndColumn(text, error.position, 'bytes') };
  if (error instanceof ResultTooLarge)
    return { fault: 'too-expensive', detail: error.message, line: null, column: null };
  const { exception_type: type, exception_message: message, position } = engineError(error);
  if (type === 'Out of Memory')
    return {
      fault: 'too-expensive',
      detail: 'The query needs more than 128 MB of memory. Read fewer rows or columns, or group by less.',
      line: null,
      column: null,
    };
  // What a file holds, not what the query says of it.
  const damaged =
    error instanceof DamagedTable ||
    type === 'IO' ||
    /^(?:ZSTD|TProtocol|No magic bytes|Failed to (?:read|decompress))/.test(message);
  const at = position === undefined ? null : Number(position) - offset;
  return {
    fault: damaged ? 'damaged' : 'invalid',
    detail: withoutPaths(message, views),
    ...lineAndColumn(text, at, type === 'Parser' ? 'characters' : 'bytes'),
  };
}

function engineError(error: unknown): EngineError {
  const message = error instanceof Error ? error.message : String(error);
  const [json] = /\{"exception_type".*\}$/s.exec(message) ?? [];
  return json === undefined
    ? { exception_type: '', exception_message: message }
    : (JSON.parse(json) as EngineError);
}

/** Without the engine's advice on settings that clients cannot change: in a paragraph of its own, or a sentence. */
function withoutPaths(message: string, views: readonly TableView[]): string {
  const [first = ''] = message.split('\n\n');
  let plain = first.replace(/ Use "SET .*$/s, '');
  for (const { path, name } of views) plain = plain.replaceAll(path, name);
  const folders = views.map(({ path }) => path.slice(0, path.lastIndexOf('/tables/')));
  for (const folder of folders) plain = plain.replaceAll(folder, '');
  const sentence = plain
    .replaceAll(/\s+/g, ' ')
    .slice(0, LONGEST)
    .replace(/[.!\s]+$/, '');
  return sentence.endsWith('?') ? sentence : `${sentence}.`;
}
