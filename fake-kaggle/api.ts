import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type ErrorShape, errorBody } from '#shared/kaggle-wire/kaggle-errors.ts';
import { credentialsOf } from './accounts.ts';
import { ApiError } from './api-error.ts';
import { control } from './control.ts';
import type { Effect } from './faults.ts';
import { OPERATIONS } from './operations.ts';
import type { State } from './state.ts';
import { toCall, toRest } from './surfaces.ts';

/** Answers both surfaces of Kaggle's API, and the control endpoint. */
export async function answerApi(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const address = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
  const body = await text(request);
  if (address.pathname.startsWith('/control/'))
    return control(state, { method: request.method ?? '', path: address.pathname, body, response });
  let shape: ErrorShape = 'flat';
  try {
    const call = toCall(request.method ?? '', address, body);
    const operation = call && OPERATIONS[call.method];
    if (!call || !operation) throw new ApiError(404, 'NotFound');
    shape = call.shape;
    const ref = `${call.input.ownerSlug ?? ''}/${call.input.datasetSlug ?? ''}`;
    const { authorization } = request.headers;
    state.seen.push({
      on: call.method,
      ref,
      credentials: authorization?.split(' ')[0]?.toLowerCase() ?? null,
      range: null,
      userAgent: request.headers['user-agent'] ?? null,
      at: Date.now(),
    });
    const effect = state.faults.take(call.method, ref);
    const renamed = effect?.kind === 'renamed' && effect.by === 'answer' ? effect.to.split('/') : null;
    const changed = effect?.kind === 'value' ? effect : null;
    if (effect && !renamed && !changed) return fail(effect, request, response, shape);
    if (renamed) [call.input.ownerSlug = '', call.input.datasetSlug = ''] = renamed;
    const anonymous = credentialsOf(authorization) === null;
    const storageOrigin = `http://${address.hostname}:${state.storagePort}`;
    const answer = await operation(state, call.input, { anonymous, storageOrigin });
    if ('location' in answer) {
      response.writeHead(302, { location: answer.location, 'content-length': 0 }).end();
      return;
    }
    const message = call.rest ? toRest(call.method, answer.json) : answer.json;
    const json = JSON.stringify(changed ? withValue(message, changed) : message) ?? '';
    response.writeHead(200, { 'content-type': 'application/json' }).end(json);
  } catch (error) {
    const known = error instanceof ApiError ? error : new ApiError(400, 'Bad request');
    const json = JSON.stringify(errorBody(known, known.shape ?? shape));
    response.writeHead(known.code, { 'content-type': 'application/json' }).end(json);
  }
}

/** Of the faults that an API answer can have. */
async function fail(
  effect: Effect,
  request: IncomingMessage,
  response: ServerResponse,
  shape: ErrorShape,
): Promise<void> {
  switch (effect.kind) {
    case 'status': {
      response.writeHead(effect.status, { 'content-type': 'application/json', ...effect.headers });
      if (effect.shape === 'html') response.end('<html><body>Sorry</body></html>');
      else
        response.end(
          JSON.stringify(
            errorBody(
              new ApiError(effect.status, effect.message ?? 'Too many requests'),
              effect.shape ?? shape,
            ),
          ),
        );
      return;
    }
    case 'error-page':
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<html><body>Down for maintenance</body></html>');
      return;
    case 'renamed': {
      const location = `/api/v1/datasets/view/${effect.to}`;
      response.writeHead(301, { location, 'content-length': 0 }).end();
      return;
    }
    case 'stall':
      return;
    default:
      request.socket.resetAndDestroy();
  }
}

/** A copy of `message` with the value in place of what is at the path. */
function withValue(
  message: unknown,
  { path: [key, ...rest], value }: Extract<Effect, { kind: 'value' }>,
): unknown {
  if (key === undefined) return value;
  const changed = Object(structuredClone(message));
  changed[key] = withValue(changed[key], { kind: 'value', path: rest, value });
  return changed;
}
