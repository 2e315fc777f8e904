import type { RawQuery } from '#shared/http/dialect.ts';

/** The parameters of all operations, by their RPC names. Others are ignored. */
const NAMES = [
  'ownerSlug',
  'datasetSlug',
  'datasetVersionNumber',
  'fileName',
  'path',
  'page',
  'pageToken',
  'pageSize',
  'search',
  'user',
  'group',
  'sortBy',
  'fileType',
  'license',
  'minSize',
  'maxSize',
] as const;
const BY_PLAIN_NAME = new Map(NAMES.map((name) => [plain(name), name]));

/** Old clients send a name as it is, so that its plus is a plus; all others escape a plus, and some send spaces as one. */
const LITERAL_PLUS = new Set(['fileName', 'path']);

/**
 * A query as clients of all ages spell it: names in any case, with underscores or without; `None` and nothing are absent.
 * What cannot be decoded stays as it is.
 */
export function readTolerantQuery(search: string): RawQuery {
  const query: Record<string, string | string[]> = {};
  for (const pair of search.split('&')) {
    const [name = '', ...rest] = pair.split('=');
    const known = BY_PLAIN_NAME.get(plain(decode(name)));
    const raw = rest.join('=');
    if (known === undefined || raw === '' || raw === 'None') continue;
    const value = decode(LITERAL_PLUS.has(known) ? raw : raw.replaceAll('+', ' '));
    const before = query[known];
    query[known] = before === undefined ? value : [before, value].flat();
  }
  return query;
}

function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
