import type { FastifyRequest } from 'fastify';
import type { Served } from './group.ts';

/** What a request reached; undefined when there is nothing at its path, or not for its method. */
export function servedBy(request: FastifyRequest): Served | undefined {
  return (request.routeOptions.config as { served?: Served }).served;
}
