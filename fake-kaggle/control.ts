import type { ServerResponse } from 'node:http';
import * as z from 'zod';
import { Fault } from './faults.ts';
import { Settings, type State } from './state.ts';

interface ControlRequest {
  method: string;
  path: string;
  body: string;
  response: ServerResponse;
}

/**
 * POST /control/faults: one fault or a list of them; DELETE forgets them all.
 * PATCH /control/settings: archive, checksums, zipFilesFrom.
 * GET /control/requests: what came so far; DELETE forgets it.
 */
export function control(state: State, request: ControlRequest): void {
  const { status, json } = change(state, request);
  request.response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
}

function change(state: State, { method, path, body }: ControlRequest): { status: number; json?: unknown } {
  try {
    switch (`${method} ${path}`) {
      case 'POST /control/faults': {
        const given: unknown = JSON.parse(body);
        const faults = z.array(Fault).parse(Array.isArray(given) ? given : [given]);
        faults.forEach(state.faults.add);
        return { status: 201, json: faults };
      }
      case 'DELETE /control/faults':
        state.faults.clear();
        return { status: 204 };
      case 'PATCH /control/settings':
        Object.assign(state.settings, Settings.parse({ ...state.settings, ...JSON.parse(body) }));
        return { status: 200, json: state.settings };
      case 'GET /control/requests':
        return { status: 200, json: state.seen };
      case 'DELETE /control/requests':
        state.seen.length = 0;
        return { status: 204 };
      default:
        return {
          status: 404,
          json: { error: 'there are /control/faults, /control/settings and /control/requests' },
        };
    }
  } catch (error) {
    return { status: 400, json: { error: error instanceof Error ? error.message : 'cannot be read' } };
  }
}
