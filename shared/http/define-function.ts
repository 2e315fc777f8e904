import type * as z from 'zod';
import type { Scope } from '#shared/config/api-tokens.ts';
import type { Logger } from '#shared/telemetry/logger.ts';
import type { Dependencies } from './dependencies.ts';
import type { EntityTags } from './entity-tags.ts';
import type { Policy } from './rate-limit.ts';
import type { DeclaredResponse } from './responses.ts';
import type { Result } from './results.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
/** `query` reads at more cost than others: with a token, unless the operator opens it. */
export type Access = 'read' | 'query' | 'write' | 'open';

/** What requests reach a function by. */
export interface Route {
  /** GET answers HEAD too. */
  method: Method;
  /** A segment `:name` is a parameter, and a last one `*name` the rest of the path; all else is meant literally. */
  path: string;
}

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
export interface Context<Params, Query, Body> extends Dependencies {
  /** As the request had it, without the query. */
  path: string;
  /** How the outside names this service, without a slash at its end: what absolute addresses begin with. */
  readonly origin: string;
  params: Output<Params>;
  query: Output<Query>;
  body: Output<Body>;
  /** Of a `conditional` function; null when it was not sent. */
  ifMatch: EntityTags | null;
  ifNoneMatch: EntityTags | null;
  /** Who asks: `token:NAME`, `oidc:SUBJECT` or `anyone`. */
  caller: string;
  /** Whether the caller may do what needs this scope. */
  may(scope: Scope): boolean;
  /** Who is counted for the request: the caller, or the network that it came from. */
  countedAs: string;
  /** Field names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Aborted when the client has left, when the process drains, and at the deadline of the group. */
  readonly signal: AbortSignal;
  /** Leaves the count of requests in work until `event` has come: for what waits without using anything. */
  wait<Value>(event: Promise<Value>): Promise<Value>;
}

/** What is known of a function before its schemas and its handler are loaded: how requests reach it, and which of them. */
export interface Declaration extends Route {
  /** The file's name, which is also the OpenAPI operation and the Lambda bundle. */
  name: string;
  /** Further ways to reach it; not in the OpenAPI document. */
  also?: readonly Route[];
  summary: string;
  /**
   * Honours If-Match and If-None-Match on a write: 412, and 428 when If-Match is required and absent. `optional` never
   * requires it: for what changes by itself.
   */
  conditional?: true | 'optional';
  /** Takes application/merge-patch+json (RFC 7396) as well as JSON. */
  mergePatch?: true;
  /** Takes an Idempotency-Key (`oncePerKey`). */
  idempotent?: true;
  /** Whom it serves; as its group has it when absent. */
  access?: Access;
  /** Counted neither by the rate limit nor as work: health and readiness. */
  unlimited?: true;
  /** Its answer is a download: limited by how many of them a caller has open, not by the rate limit. */
  download?: true;
  /** Counted by this policy too, not only by that of all requests. */
  policy?: Policy;
  /** Why it cannot run on AWS Lambda; it answers 501 there. */
  notOnLambda?: string;
}

export interface FunctionDefinition<
  Params extends z.ZodType | undefined = z.ZodType | undefined,
  Query extends z.ZodType | undefined = z.ZodType | undefined,
  Body extends z.ZodType | undefined = z.ZodType | undefined,
> extends Declaration {
  /** A path that does not fit is 404. */
  params?: Params;
  /** Strict: unknown and repeated parameters are 400. */
  query?: Query;
  /** Of the parsed body; of undefined when there was none. */
  body?: Body;
  /** Statuses of problems that do not follow from what it declares. */
  fails?: readonly number[];
  /** By status; problems are added where they apply. */
  responses: Readonly<Record<number, DeclaredResponse>>;
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
