import type { FastifyRequest } from 'fastify';

export interface PerRequest<Value> {
  get(request: FastifyRequest): Value | undefined;
  set(request: FastifyRequest, value: Value): void;
}

/** A value for each request, kept on the request itself: the collector has to look at each entry of a WeakMap. */
export function perRequest<Value>(): PerRequest<Value> {
  const key = Symbol();
  type Holder = { [key]?: Value };
  return {
    get: (request) => (request as Holder)[key],
    set(request, value) {
      (request as Holder)[key] = value;
    },
  };
}
