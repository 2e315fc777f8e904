import { randomUUID } from 'node:crypto';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from '#shared/telemetry/logger.ts';
import { count } from '#shared/telemetry/measure.ts';
import { Problem, problemBody } from './problems.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** Requests that never became one: by the code of Node's parser or timers. */
const BY_CODE: Record<string, Problem> = {
  ERR_HTTP_REQUEST_TIMEOUT: new Problem('request-timeout', 'The request did not arrive completely in time.'),
  HPE_HEADER_OVERFLOW: new Problem(
    'headers-too-large',
    'Path and header fields exceed 16 KiB together. Shorten them.',
  ),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: new Problem('payload-too-large', 'The chunk extensions are too long.'),
};

const LINGER = 1_000;
/** RFC 9110, section 9.3.6: we are no proxy, and an authority has no methods to allow. */
const NO_TUNNEL = new Problem('method-not-allowed', 'CONNECT is not offered: this server is no proxy.', {
  headers: { allow: '' },
});

/** Refuses CONNECT, of which Node makes no request either. */
export function refuseTunnels(logger: Logger): (request: IncomingMessage) => void {
  return ({ socket }) => {
    // It is ours alone now: nothing else would read to its end, or see that it has none.
    socket.on('error', () => {}).resume();
    socket.setTimeout(LINGER, () => socket.destroy());
    endWith(NO_TUNNEL, socket, logger);
  };
}

type ClientErrorHandler = (error: Error & { code?: string }, socket: Socket) => void;

/** Answers on the bare socket, as no request object exists, closes it, and tells log and metrics. */
export function clientErrors(logger: Logger): ClientErrorHandler {
  return (error, socket) => answerClientError(error, socket, logger);
}

function answerClientError(error: Error & { code?: string }, socket: Socket, logger: Logger): void {
  // A response that has begun cannot be taken back: the client sees it end early.
  const { _httpMessage: response } = socket as Socket & { _httpMessage?: { headersSent: boolean } | null };
  if (error.code === 'ECONNRESET' || !socket.writable || response?.headersSent) {
    socket.destroy(error);
    return;
  }
  const problem =
    BY_CODE[error.code ?? ''] ?? new Problem('bad-request', 'The request is not valid HTTP/1.1.');
  endWith(problem, socket, logger);
}

function endWith(problem: Problem, socket: Socket, logger: Logger): void {
  const id = randomUUID();
  const { instance: _, ...body } = problemBody(problem, { path: '', id });
  const text = JSON.stringify(body);
  const headers = {
    ...SECURITY_HEADERS,
    ...problem.headers,
    'x-request-id': id,
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': String(Buffer.byteLength(text)),
    date: new Date().toUTCString(),
    connection: 'close',
  };
  observeRefusal(logger, problem, id);
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${fields.join('')}\r\n${text}`);
}

/** Nothing of the request is told: neither its method nor its path can be trusted to have been read. */
function observeRefusal(logger: Logger, { status, slug }: Problem, id: string): void {
  count('refusedRequests', 1, { 'http.response.status_code': status });
  logger.info({ request_id: id, status, reason: slug }, 'request refused before it was read completely');
}
