import { Agent, get } from 'node:http';
import { processorTime } from '../processor-time.ts';
import type { Site } from './site.ts';

export const REQUESTS = 100;
const agent = new Agent({ keepAlive: true });

/** Milliseconds of the server's processor for a page as browsers request it, from the request to the compressed response. */
export async function pageTime({ origin, pid }: Site, path: string): Promise<number> {
  for (let at = 0; at < REQUESTS / 4; at += 1) await fetchPage(origin + path);
  const before = await processorTime(pid);
  for (let at = 0; at < REQUESTS; at += 1) await fetchPage(origin + path);
  return ((await processorTime(pid)) - before) / REQUESTS / 1_000;
}

export function fetchPage(address: string): Promise<void> {
  return new Promise((done, failed) => {
    get(address, { agent, headers: { 'accept-encoding': 'gzip, deflate, br, zstd' } }, (response) => {
      if (response.statusCode !== 200) failed(new Error(`${address}: ${response.statusCode}`));
      response.on('error', failed).on('end', done).resume();
    }).on('error', failed);
  });
}
