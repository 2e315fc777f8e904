import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Scope } from '#shared/config/api-tokens.ts';
import { callerOf, countedAs, mayDo } from './guard.ts';
import { pathOf } from './input.ts';
import { requestSignal } from './request-signal.ts';
import type { Work } from './work.ts';

export interface Surroundings {
  /** Null: by what name a request asks. */
  publicUrl: string | null;
  wait: Work['wait'];
  /** Aborted when the process drains. */
  drain: AbortSignal;
}

/**
 * What a function learns of its request besides its input; what few ask for is made when they do. A class, because
 * an object literal with getters has a hidden class of its own each time, which keeps all that its request allocated
 * from the young generation's collector.
 */
export class RequestContext {
  readonly path: string;
  readonly caller: string;
  readonly headers: FastifyRequest['headers'];
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #around: Surroundings & { deadline: number | undefined };

  constructor(
    request: FastifyRequest,
    reply: FastifyReply,
    around: Surroundings & { deadline: number | undefined },
  ) {
    this.path = pathOf(request.url);
    this.caller = callerOf(request);
    this.headers = request.headers;
    this.#request = request;
    this.#reply = reply;
    this.#around = around;
  }

  readonly may = (scope: Scope) => mayDo(this.#request, scope);
  readonly wait = (event: Promise<unknown>) => this.#around.wait(this.#request, event);

  get origin() {
    const { protocol, host } = this.#request;
    return this.#around.publicUrl ?? `${protocol}://${host || 'localhost'}`;
  }

  get countedAs() {
    return countedAs(this.#request);
  }

  get log() {
    return this.#request.log.child({ request_id: this.#request.id });
  }

  /** Most functions are done before anybody could leave. */
  get signal() {
    return requestSignal(this.#reply, this.#around.drain, this.#around.deadline);
  }
}
