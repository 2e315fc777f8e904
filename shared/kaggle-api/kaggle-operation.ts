import * as z from 'zod';
import {
  type Context,
  defineFunction,
  type FunctionDefinition,
  type Route,
} from '#shared/http/define-function.ts';
import { parseInput } from '#shared/http/input.ts';
import type { DeclaredResponse } from '#shared/http/responses.ts';
import type { Result } from '#shared/http/results.ts';
import { DATASET_SERVICE } from '#shared/kaggle-wire/dataset-service.ts';
import { orPulled, type Wanted } from './pull-through.ts';

type Surroundings = Omit<Context<undefined, undefined, undefined>, 'params' | 'query' | 'body'>;

interface Operation<Shape extends z.ZodRawShape>
  extends Pick<FunctionDefinition, 'name' | 'summary' | 'download'> {
  /** Of the RPC surface. */
  method: string;
  /** Paths of the REST surface. */
  rest: readonly string[];
  /** Fields of the request, wherever they stand: body, query or path. */
  fields: Shape;
  responses: Readonly<Record<number, DeclaredResponse>>;
  /** What is asked for is brought, where it is not here. */
  pulls?: true;
  handle(input: z.output<z.ZodObject<Shape>>, context: Surroundings & { isRest: boolean }): Promise<Result>;
}

const Anything = z.looseObject({});

/** An operation of Kaggle's service of datasets, on both of its surfaces. */
export function kaggleOperation<Shape extends z.ZodRawShape>({
  method,
  rest,
  fields,
  pulls,
  handle,
  ...definition
}: Operation<Shape>): FunctionDefinition {
  const rpc = `/${DATASET_SERVICE}/${method}`;
  return defineFunction({
    ...definition,
    method: 'POST',
    path: rpc,
    also: rest.map((path): Route => ({ method: 'GET', path })),
    params: Anything,
    query: Anything,
    body: z.looseObject(fields).optional(),
    handle(context) {
      const { params, query, body, path } = context;
      // What one surface has in its body the other has in its query and its path.
      const all = { ...query, ...body, ...params };
      const input = parseInput({ query: z.object(fields) }, { params: {}, query: all, body: null }, path);
      const given = input.query as z.output<z.ZodObject<Shape>>;
      const respond = () => handle(given, Object.assign(context, { isRest: !path.endsWith(rpc) }));
      return pulls ? orPulled(context, given as unknown as Wanted, respond) : respond();
    },
  });
}
