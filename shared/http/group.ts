import type { Listed } from './deferred.ts';
import type { Access, Route } from './define-function.ts';
import type { Dependencies } from './dependencies.ts';
import type { Dialect } from './dialect.ts';

/** What the functions of a group have in common. */
export interface GroupHeader {
  name: string;
  /** Each function answers under every one of them; '' is the root. */
  prefixes: readonly string[];
  dialect: Dialect;
  /** What its functions ask of their callers unless they say otherwise. */
  access: Access;
  /** Further names of hosts that its paths are served under, in lower case. */
  hosts?: RegExp;
  /** Its paths authorise every client that knows them: they are in no log and no trace. */
  secretPaths?: true;
  /** What its handlers are given. */
  needs: readonly (keyof Dependencies)[];
  /** False: its functions are for people, and in neither the OpenAPI document nor the index. */
  documented?: false;
  /** Who is signed in is known to its functions at every method; to all others at reads that this origin asks for. */
  sessions?: true;
  /** Of all requests of the group. */
  budget?: {
    /** Requests in work at once; the others are refused. */
    inWork?: number;
    /** Milliseconds until `signal` is aborted. */
    deadline?: number;
  };
}

export interface Group<Each extends Listed = Listed> extends GroupHeader {
  functions: readonly Each[];
}

/** A function as one request can reach it. */
export interface Served extends Route {
  group: GroupHeader;
  definition: Listed;
  access: Access;
}

/** Every way to every function, with its whole path. */
export function routesOf(groups: readonly Group[]): Served[] {
  return groups.flatMap(({ functions, ...group }) =>
    functions.flatMap((definition) =>
      group.prefixes.flatMap((prefix) =>
        [definition, ...(definition.also ?? [])].map(({ method, path }) => ({
          group,
          definition,
          access: definition.access ?? group.access,
          method,
          path: prefix + path,
        })),
      ),
    ),
  );
}
