import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll } from 'vitest';

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  /** When it came, in milliseconds. */
  at: number;
}

export interface Receiver {
  readonly url: string;
  received: Received[];
  /** What it does with a request; by default 204. */
  answer: (response: ServerResponse, request: IncomingMessage, received: Received) => void;
}

/** A receiver of events of this test file's own. */
export function useReceiver(): Receiver {
  let port = 0;
  const receiver: Receiver = {
    get url() {
      return `http://127.0.0.1:${port}/hook?token=hidden`;
    },
    received: [],
    answer: accept,
  };
  const server = createServer(async (request, response) => {
    const body = await text(request).catch(() => '');
    const received = { headers: request.headers, body, at: performance.now() };
    receiver.received.push(received);
    receiver.answer(response, request, received);
  });
  beforeAll(async () => {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return receiver;
}

export function accept(response: ServerResponse): void {
  response.writeHead(204).end();
}
