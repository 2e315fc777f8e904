import * as z from 'zod';
import { negotiate } from '#shared/http/negotiate.ts';
import { type DeclaredHeader, type DeclaredResponse, etag, vary } from '#shared/http/responses.ts';
import type { Result } from '#shared/http/results.ts';
import { ROW_FORMATS, type RowFormat } from '#shared/tables/row-formats.ts';
import { openQuery, type Place, type QueryRequest } from './open-query.ts';
import { ROWS, TIMEOUT } from './query-input.ts';

const QueryResult = z
  .object({
    columns: z.array(z.object({ name: z.string(), type: z.string() })),
    rows: z.array(z.array(z.unknown())),
    row_count: z.int(),
    truncated: z.boolean().describe('There are more rows than max_rows'),
    bytes_read: z.int(),
    non_finite: z.array(z.object({ row: z.int(), column: z.string(), value: z.string() })),
  })
  .meta({ id: 'QueryResult' });

const serverTiming: DeclaredHeader = {
  name: 'Server-Timing',
  description: 'Milliseconds of wait, open and run (W3C Server Timing)',
};

const CONTENT = Object.fromEntries(
  ROW_FORMATS.map(({ format, mediaType }) => [mediaType, format === 'json' ? QueryResult : null]),
);
/** Of a query by GET, and by POST, which has no ETag. */
export const QUERY_RESPONSES: Record<'get' | 'post', DeclaredResponse> = {
  get: { content: CONTENT, headers: [etag, vary, serverTiming] },
  post: { content: CONTENT, headers: [vary, serverTiming] },
};

interface Wanted extends Pick<QueryRequest, 'text' | 'find' | 'caller' | 'signal'> {
  /** What POST gets is not stored, and has no ETag. */
  method: 'get' | 'post';
  format: RowFormat | undefined;
  accept: string | string[] | undefined;
  maxRows: number | undefined;
  timeout: number | undefined;
}

/** The response that a query has: in the format that its client likes best. @throws {Problem} as `openQuery` */
export async function queryResult(
  place: Place,
  { method, accept, maxRows, timeout, ...wanted }: Wanted,
): Promise<Result> {
  const { format, mediaType } = negotiate(ROW_FORMATS, { format: wanted.format, accept });
  const query = await openQuery(place, {
    ...wanted,
    format,
    maxRows: maxRows ?? (format === 'json' ? ROWS.default : null),
    timeout: timeout ?? TIMEOUT.default,
  });
  const headers: Result['headers'] = {
    vary: 'Accept',
    'content-type': format === 'json' ? `${mediaType}; charset=utf-8` : mediaType,
    ...(method === 'post' && { 'cache-control': 'no-store' }),
    ...(method === 'get' && query.tag !== null && { etag: query.tag }),
  };
  return {
    status: 200,
    headers,
    async stream() {
      const stream = await query.stream();
      headers['server-timing'] = query.timing();
      return stream;
    },
    unopened: query.close,
  };
}
