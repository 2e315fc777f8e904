import type { FastifyReply, FastifyRequest } from 'fastify';
import { matchesWeakly } from './entity-tags.ts';
import { pathOf } from './input.ts';
import { type Problem, problemBody } from './problems.ts';
import type { Result } from './results.ts';

/** Fields of a download that fails before its first byte: they say nothing of a problem. */
const OF_A_FILE = [
  'accept-ranges',
  'content-disposition',
  'content-length',
  'content-range',
  'etag',
  'last-modified',
  'repr-digest',
];

/** Sends what a handler answered, or 304 when the client has it already. */
export async function respond(
  request: FastifyRequest,
  reply: FastifyReply,
  result: Result,
): Promise<FastifyReply> {
  const reading = request.method === 'GET' || request.method === 'HEAD';
  if (reading) reply.header('cache-control', 'private, no-cache');
  reply.headers(result.headers);
  const known = request.headers['if-none-match'];
  if (reading && known !== undefined && result.status === 200 && result.headers.etag !== undefined) {
    if (matchesWeakly(known, result.headers.etag)) return notModified(reply);
  }
  reply.code(result.status);
  if (result.stream) return request.method === 'HEAD' ? reply.send() : reply.send(await result.stream());
  if (result.body === undefined) return reply.send();
  if (!reply.hasHeader('content-type')) reply.header('content-type', 'application/json; charset=utf-8');
  return reply
    .serializer(asIs)
    .send(typeof result.body === 'string' ? result.body : JSON.stringify(result.body));
}

export function respondWithProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: Problem,
): FastifyReply {
  for (const name of OF_A_FILE) {
    reply.removeHeader(name);
    // What was sent as a stream has handed its headers on already.
    if (!reply.raw.headersSent) reply.raw.removeHeader(name);
  }
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .serializer(asIs)
    .send(JSON.stringify(problemBody(problem, { path: pathOf(request.url), id: request.id })));
}

/** RFC 9110, section 15.4.5: validators and caching fields stay, those that describe a body go. */
function notModified(reply: FastifyReply): FastifyReply {
  for (const name of ['content-type', 'content-length', 'content-disposition', 'repr-digest'])
    reply.removeHeader(name);
  return reply.code(304).send();
}

function asIs(payload: string): string {
  return payload;
}
