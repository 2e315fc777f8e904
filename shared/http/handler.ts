import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Scope } from '#shared/config/api-tokens.ts';
import { refuseMergePatch } from './body.ts';
import type { Dependencies } from './dependencies.ts';
import type { Served } from './group.ts';
import { callerOf, countedAs, mayDo } from './guard.ts';
import { holdBodies } from './held-bodies.ts';
import { parseInput, pathOf, searchOf } from './input.ts';
import { readWritePreconditions } from './preconditions.ts';
import { requestSignal } from './request-signal.ts';
import { respond } from './respond.ts';
import { restNamer } from './route-pattern.ts';
import type { Work } from './work.ts';

interface Surroundings {
  dependencies: Partial<Dependencies>;
  requireIfMatch: boolean;
  /** Null: by what name a request asks. */
  publicUrl: string | null;
  wait: Work['wait'];
  /** Aborted when the process drains. */
  drain: AbortSignal;
}

const UNCONDITIONAL = { ifMatch: null, ifNoneMatch: null };

/** Between Fastify and a function: parses what it declares, gives it its dependencies, and sends what it answers. */
export function createHandler({ dependencies, requireIfMatch, publicUrl, wait, drain }: Surroundings) {
  const hold = holdBodies();
  return ({ definition, group, path: route }: Served) => {
    const { dialect, needs, budget } = group;
    const mustMatch = requireIfMatch && definition.conditional === true;
    const nameRest = restNamer(route);
    const given = Object.fromEntries(needs.map((name) => [name, dependencies[name]]));
    return async (request: FastifyRequest, reply: FastifyReply) => {
      const { headers, url } = request;
      if (!definition.mergePatch) refuseMergePatch(headers['content-type'], dialect);
      const search = searchOf(url);
      const input = parseInput(
        definition,
        {
          params: nameRest(request.params as Record<string, unknown>),
          query: search === null ? null : dialect.readQuery(search),
          body: request.body,
        },
        url,
      );
      const result = await definition.handle({
        ...given,
        ...input,
        ...(definition.conditional ? readWritePreconditions(headers, mustMatch) : UNCONDITIONAL),
        path: pathOf(url),
        get origin() {
          return publicUrl ?? `${request.protocol}://${request.host || 'localhost'}`;
        },
        caller: callerOf(request),
        may: (scope: Scope) => mayDo(request, scope),
        get countedAs() {
          return countedAs(request);
        },
        headers,
        get log() {
          return request.log.child({ request_id: request.id });
        },
        wait: (event: Promise<unknown>) => wait(request, event),
        // Made for those who ask for it: most functions are done before anybody could leave.
        get signal() {
          return requestSignal(reply, drain, budget?.deadline);
        },
      } as never);
      return respond(request, reply, result, hold);
    };
  };
}
