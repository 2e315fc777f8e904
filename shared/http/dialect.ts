import type { IncomingHttpHeaders } from 'node:http';
import type * as z from 'zod';
import type { Dependencies } from './dependencies.ts';
import type { Problem } from './problems.ts';

/** What a request says about who sends it: nothing, something that cannot be read, or a token. */
export type Credentials = null | 'malformed' | { token: string };

/** Parameters by name; what is repeated is a list. */
export type RawQuery = Readonly<Record<string, string | string[] | undefined>>;

export interface PresentedProblem {
  mediaType: string;
  body: string;
  /** Further fields of the response. */
  headers?: Readonly<Record<string, string>>;
}

/** What is known of a request that failed. */
export interface FailedRequest {
  method: string;
  path: string;
  /** The path with its query. */
  url: string;
  headers: IncomingHttpHeaders;
  /** As the dialect reads it; undefined where the request failed before. */
  body: unknown;
  id: string;
  caller: string;
  dependencies: Partial<Dependencies>;
}

/** How a group speaks with its clients. */
export interface Dialect {
  /** `search` is what stands behind the `?`. */
  readQuery(search: string): RawQuery;
  /** Media types of bodies, as Content-Type spells them; any other is 415. */
  bodyTypes: RegExp;
  /** What to send instead, for people. */
  bodyHint: string;
  /** @throws {Problem} for a body that is not of its media type */
  readBody(body: Buffer): unknown;
  readCredentials(headers: IncomingHttpHeaders): Credentials;
  /** Callers carry credentials of another service, so that unknown ones are no guess where none are needed. */
  foreignCredentials?: true;
  /** WWW-Authenticate of a refusal, with further parameters (RFC 9110, section 11.6.1). */
  challenge(parameters?: string): string;
  /** What `presentProblem` writes, for the OpenAPI document. */
  problemContent: { mediaType: string; schema: z.ZodType };
  /** A failure as its clients understand it. What presents it may have to be loaded first. */
  presentProblem(
    problem: Problem,
    /** `caller` as handlers know it; `anyone` too where nobody was asked who it is. */
    request: FailedRequest,
  ): PresentedProblem | Promise<PresentedProblem>;
}
