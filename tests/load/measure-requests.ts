import { hash } from 'node:crypto';
import autocannon from 'autocannon';
import { encodeCursor } from '#shared/http/cursor.ts';
import { childrenTime, processorTime } from './processor-time.ts';
import type { Running } from './servers.ts';

export type Request = Partial<autocannon.Options> & { url: string };

let asked = 0;

/** What is measured of the catalogue. Baselines take no cursor, so they read the first page each time. */
export const REQUESTS = {
  'GET one': { url: '/datasets/77' },
  'list 100': { url: '/datasets?limit=100' },
  'list 100, another page each time': {
    url: '/datasets?limit=100',
    requests: [{ setupRequest: (request) => ({ ...request, path: pageBehind(asked++) }) }],
  },
  POST: {
    url: '/datasets',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      name: 'zz bench',
      description: 'A dataset among many',
      source_url: 'https://example.org/x',
    }),
  },
} satisfies Record<string, Request>;

/** The page that begins behind one of the rows of the bench. */
function pageBehind(row: number): string {
  const name = `Dataset ${hash('md5', String(row))}`;
  return `/datasets?limit=100&cursor=${encodeCursor('name', [name, 1])}`;
}

export interface Measured {
  /** Requests a second. */
  rate: number;
  /** Microseconds of processor of the server process for each request. */
  processor: number;
  /** The same of PostgreSQL. */
  postgres: number;
}

/** Sends one request over and over, for `duration` seconds or `amount` times. */
export async function measureRequests(
  { port, child }: Running,
  { url, ...request }: Request,
  load: { connections: number; duration?: number; amount?: number },
  postmaster: number,
): Promise<Measured> {
  const used = () => Promise.all([processorTime(Number(child.pid)), childrenTime(postmaster)]);
  const [processor, postgres] = await used();
  const result = await autocannon({ ...request, ...load, url: `http://127.0.0.1:${port}${url}` });
  const failed = result.non2xx + result.errors;
  if (failed > 0) throw new Error(`${url}: ${failed} answers were not 2xx`);
  const [processorThen, postgresThen] = await used();
  const { total } = result.requests;
  return {
    rate: total / result.duration,
    processor: (processorThen - processor) / total,
    postgres: (postgresThen - postgres) / total,
  };
}
