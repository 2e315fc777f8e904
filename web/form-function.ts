import type * as z from 'zod';
import { type Context, defineFunction, type FunctionDefinition } from '#shared/http/define-function.ts';
import { empty, location } from '#shared/http/responses.ts';
import { refuseForeign } from './same-origin.ts';

interface FormDefinition<Params extends z.ZodType | undefined, Body extends z.ZodType | undefined>
  extends Pick<FunctionDefinition, 'name' | 'path' | 'summary' | 'access'> {
  params?: Params;
  body?: Body;
  /** Does what the form is for, and gives the address of the page to go on to. */
  act(context: Context<Params, undefined, Body>): Promise<string | { location: string; cookie: string }>;
}

/** What a form of our own pages is sent to; from anywhere else it is refused. */
export function formFunction<
  Params extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>({ act, ...definition }: FormDefinition<Params, Body>): FunctionDefinition {
  return defineFunction<Params, undefined, Body>({
    access: 'write',
    ...definition,
    method: 'POST',
    responses: { 303: empty({ headers: [location] }) },
    async handle(context: Context<Params, undefined, Body>) {
      refuseForeign(context.headers);
      const done = await act(context);
      if (typeof done === 'string') return { status: 303, headers: { location: done } };
      return { status: 303, headers: { location: done.location, 'set-cookie': done.cookie } };
    },
  } as Parameters<typeof defineFunction<Params, undefined, Body>>[0]);
}
