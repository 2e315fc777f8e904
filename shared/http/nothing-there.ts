import type { FastifyRequest } from 'fastify';
import type { Dialect } from './dialect.ts';
import type { GroupHeader, Served } from './group.ts';
import { pathOf } from './input.ts';
import { problemJson } from './problem-json.ts';
import { Problem } from './problems.ts';
import { toRegExp } from './route-pattern.ts';
import { servedBy } from './served.ts';

/** What is said where no function serves a request, and in which dialect. */
export function nothingThere(routes: readonly Served[]) {
  const patterns = routes.map((served) => ({ ...served, pattern: toRegExp(served.path) }));
  const prefixes = routes.flatMap(({ group }) => group.prefixes.map((prefix) => [prefix, group] as const));
  const longestFirst = prefixes
    .filter(([prefix]) => prefix !== '')
    .toSorted(([a], [b]) => b.length - a.length);
  /** Whose paths a request is among, also where none of them is served; undefined for those of no prefix. */
  const groupOf = (request: FastifyRequest): GroupHeader | undefined => {
    const served = servedBy(request);
    if (served) return served.group;
    const path = unescaped(pathOf(request.url));
    const within = (prefix: string) => path === prefix || path.startsWith(`${prefix}/`);
    return longestFirst.find(([prefix]) => within(prefix))?.[1];
  };
  return {
    groupOf,
    dialectOf: (request: FastifyRequest): Dialect => groupOf(request)?.dialect ?? problemJson,
    /** A known path asked with another method is 405 and says which it takes (RFC 9110, section 15.5.6). */
    problemOf({ method, url }: FastifyRequest): Problem {
      const path = pathOf(url);
      const allowed = patterns
        .filter(({ pattern }) => pattern.test(unescaped(path)))
        .flatMap((served) => (served.method === 'GET' ? ['GET', 'HEAD'] : [served.method]));
      if (allowed.length === 0) return new Problem('not-found', `There is no resource at ${path}.`);
      const allow = [...new Set(allowed)].join(', ');
      return new Problem('method-not-allowed', `${path} takes ${allow}, not ${method}.`, {
        headers: { allow },
      });
    },
  };
}

/** As the router reads it: `%64` is `d`, and `%2F` no slash. */
function unescaped(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
