import type { Readable } from 'node:stream';
import type { CommonQueryMethods } from 'slonik';
import type * as z from 'zod';
import type { Logger } from '#shared/telemetry/logger.ts';
import type { Result } from './results.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What handlers stand on, made once per process. */
export interface Services {
  db: CommonQueryMethods;
  /** Where the mirror's volume is mounted; null when this process has none. */
  dataRoot: string | null;
  /** Keeps a version's files from being deleted until the stream, which is returned, is done. */
  holdVersion<Stream extends Readable>(versionId: number, stream: Stream): Stream;
}

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

export interface Context<Params, Query, Body> extends Services {
  /** As the request had it, without the query. */
  path: string;
  params: Output<Params>;
  query: Output<Query>;
  body: Output<Body>;
  /** Of a `conditional` function: the strong and weak tags of If-Match, `*`, or null when it was not sent. */
  ifMatch: readonly string[] | '*' | null;
  /** Who asks: `token:NAME`, `oidc:SUBJECT` or `anyone`. */
  caller: string;
  /** Field names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

export interface FunctionDefinition<
  Params extends z.ZodType | undefined = z.ZodType | undefined,
  Query extends z.ZodType | undefined = z.ZodType | undefined,
  Body extends z.ZodType | undefined = z.ZodType | undefined,
> {
  /** The folder's name, which is also the OpenAPI operation and the Lambda bundle. */
  name: string;
  method: Method;
  /** `:name` is one segment; a last `*name` is the rest of the path. GET answers HEAD too. */
  path: string;
  summary: string;
  /** A path that does not fit is 404. */
  params?: Params;
  /** Strict: unknown and repeated parameters are 400. */
  query?: Query;
  /** Of the JSON body. */
  body?: Body;
  /** Honours If-Match; answers 412, and 428 when it is required and absent. */
  conditional?: true;
  /** Takes application/merge-patch+json (RFC 7396) as well as JSON. */
  mergePatch?: true;
  /** Takes an Idempotency-Key (`oncePerKey`). */
  idempotent?: true;
  /** Whom it serves: by default `read` is what GET needs and `write` what all others need. */
  access?: 'open';
  /** Not counted by the rate limit. */
  unlimited?: true;
  /** Bodies by status; null where there is none or it is not JSON. Problems are added where they apply. */
  responses: Record<number, z.ZodType | null>;
  handle(context: Context<Params, Query, Body>): Promise<Result> | Result;
}

/**
 * An endpoint as a value: route, schemas, and a handler that never sees the transport.
 * The same value is served by the container, by AWS Lambda and in tests.
 */
export function defineFunction<
  Params extends z.ZodType | undefined = undefined,
  Query extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(definition: FunctionDefinition<Params, Query, Body>): FunctionDefinition {
  return definition as unknown as FunctionDefinition;
}
