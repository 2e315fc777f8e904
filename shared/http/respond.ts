import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readRange } from './byte-range.ts';
import type { Dependencies } from './dependencies.ts';
import type { Dialect, PresentedProblem } from './dialect.ts';
import { callerOf } from './guard.ts';
import type { holdBodies } from './held-bodies.ts';
import { pathOf } from './input.ts';
import { checkPreconditions } from './preconditions.ts';
import { problemJson } from './problem-json.ts';
import { Problem } from './problems.ts';
import type { Result } from './results.ts';

/**
 * Sends what a handler answered: the whole, the range that was asked for, or 304 when the client has it already.
 * @throws {Problem} precondition-failed, range-not-satisfiable
 */
export async function respond(
  request: FastifyRequest,
  reply: FastifyReply,
  result: Result,
  hold: Hold,
): Promise<FastifyReply> {
  if (!result.stream && !result.unopened) return send(request, reply, result, hold);
  let opened = false;
  const stream = result.stream;
  const watched = stream && {
    stream() {
      opened = true;
      return stream();
    },
  };
  try {
    return await send(request, reply, { ...result, ...watched }, hold);
  } finally {
    if (!opened) result.unopened?.();
  }
}

type Hold = ReturnType<typeof holdBodies>;

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  result: Result,
  hold: Hold,
): Promise<FastifyReply> {
  const { method, headers } = request;
  const reading = method === 'GET' || method === 'HEAD';
  if (reading) {
    reply.header('cache-control', 'private, no-cache');
    if (result.status === 200 && checkPreconditions(headers, result.headers) === 'not-modified')
      return notModified(reply, result);
  }
  // Ranges are defined for GET only (RFC 9110, section 14.2).
  const part = result.ranges
    ? selectPart(method === 'GET' ? headers : {}, result.headers, result.ranges)
    : null;
  const open = part?.open ?? result.stream;
  // Before any field is set: what cannot be opened is a failure, with the fields of one.
  const stream = open && method !== 'HEAD' ? await open() : undefined;
  const text = open || result.body === undefined ? undefined : textOf(result.body);
  // What was written was written: only reads are refused.
  const body = text !== undefined && reading ? hold(text, reply.raw) : text;
  reply.code(part?.status ?? result.status).headers(result.headers);
  if (part) reply.headers(part.headers);
  if (open) return stream ? reply.send(stream) : reply.send();
  if (body === undefined) return reply.send();
  if (!reply.hasHeader('content-type')) reply.header('content-type', 'application/json; charset=utf-8');
  return reply.serializer(asIs).send(body);
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

/** All bytes, or those that the request asks for. */
function selectPart(
  headers: IncomingHttpHeaders,
  { etag, 'last-modified': lastModified }: Result['headers'],
  { size, open }: NonNullable<Result['ranges']>,
) {
  const range = readRange(headers, { size, etag, lastModified });
  if (range === 'unsatisfiable')
    throw new Problem('range-not-satisfiable', `The file has ${size} bytes.`, {
      headers: { 'content-range': `bytes */${size}` },
    });
  const { start, end } = range ?? { start: 0, end: size };
  return {
    status: range ? 206 : 200,
    headers: {
      'accept-ranges': 'bytes',
      'content-length': String(end - start),
      ...(range && { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
    },
    open: () => open({ start, end }),
  };
}

export function respondWithProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: Problem,
  dialect: Dialect,
  dependencies: Partial<Dependencies>,
): FastifyReply {
  for (const name of OF_A_REPRESENTATION) {
    reply.removeHeader(name);
    // What was sent as a stream has handed its headers on already.
    if (!reply.raw.headersSent) reply.raw.removeHeader(name);
  }
  const { method, url, headers, body, id } = request;
  const caller = callerOf(request);
  const about = { method, path: pathOf(url), url, headers, body, id, caller, dependencies };
  const send = (presented: PresentedProblem) =>
    reply
      .code(problem.status)
      .headers({ ...presented.headers, ...problem.headers })
      .header('content-type', presented.mediaType)
      .serializer(asIs)
      .send(presented.body);
  const presented = dialect.presentProblem(problem, about);
  if (!(presented instanceof Promise)) return send(presented);
  presented.then(send, () => send(problemJson.presentProblem(problem, about)));
  return reply;
}

/** RFC 9110, section 15.4.5: validators and caching fields stay, those that describe a body go. */
const OF_A_BODY = new Set(['content-type', 'content-length', 'content-disposition', 'repr-digest']);
const OF_A_REPRESENTATION = [
  ...OF_A_BODY,
  'accept-ranges',
  'content-location',
  'content-range',
  'etag',
  'last-modified',
  'link',
];

function notModified(reply: FastifyReply, { headers, ranges }: Result): FastifyReply {
  for (const [name, value] of Object.entries(headers)) if (!OF_A_BODY.has(name)) reply.header(name, value);
  if (ranges) reply.header('accept-ranges', 'bytes');
  return reply.code(304).send();
}

function asIs<Payload>(payload: Payload): Payload {
  return payload;
}
