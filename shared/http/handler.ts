import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuseMergePatch } from './body.ts';
import { isLoaded } from './deferred.ts';
import type { FunctionDefinition } from './define-function.ts';
import type { Dependencies } from './dependencies.ts';
import type { Served } from './group.ts';
import { holdBodies } from './held-bodies.ts';
import { parseInput, searchOf } from './input.ts';
import { readWritePreconditions } from './preconditions.ts';
import { RequestContext, type Surroundings } from './request-context.ts';
import { respond } from './respond.ts';
import { restNamer } from './route-pattern.ts';

interface Options extends Surroundings {
  dependencies: Partial<Dependencies>;
  requireIfMatch: boolean;
}

const UNCONDITIONAL = { ifMatch: null, ifNoneMatch: null };

/** Between Fastify and a function: parses what it declares, gives it its dependencies, and sends what it answers. */
export function createHandler({ dependencies, requireIfMatch, ...surroundings }: Options) {
  const hold = holdBodies();
  return ({ definition: listed, group, path: route }: Served) => {
    let loaded: FunctionDefinition | undefined;
    const { dialect, needs, budget } = group;
    const mustMatch = requireIfMatch && listed.conditional === true;
    const nameRest = restNamer(route);
    const given = Object.fromEntries(needs.map((name) => [name, dependencies[name]]));
    const around = { ...surroundings, deadline: budget?.deadline };
    return async (request: FastifyRequest, reply: FastifyReply) => {
      const { headers, url } = request;
      if (!listed.mergePatch) refuseMergePatch(headers['content-type'], dialect);
      loaded ??= isLoaded(listed) ? listed : await listed.load();
      const search = searchOf(url);
      const input = parseInput(
        loaded,
        {
          params: nameRest(request.params as Record<string, unknown>),
          query: search === null ? null : dialect.readQuery(search),
          body: request.body,
        },
        url,
      );
      const conditions = listed.conditional ? readWritePreconditions(headers, mustMatch) : UNCONDITIONAL;
      const context = Object.assign(new RequestContext(request, reply, around), given, input, conditions);
      const result = await loaded.handle(context as never);
      return respond(request, reply, result, hold);
    };
  };
}
