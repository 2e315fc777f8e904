import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Line } from './read-items.ts';

const MOST_ITEMS = 1_000;
/** Below the MiB that a body may have. */
const MOST_BYTES = 1_000_000;
const ATTEMPTS = 6;

export interface Api {
  url: string;
  token: string | undefined;
  dryRun: boolean;
}

export interface Outcome {
  index: number;
  outcome: 'created' | 'updated' | 'unchanged' | 'invalid';
  id: number | null;
  problem: { detail: string } | null;
}

/** Lines in as few batches as the API takes. */
export async function* batchesOf(lines: AsyncIterable<Line>): AsyncGenerator<Line[]> {
  let batch: Line[] = [];
  let bytes = 0;
  for await (const line of lines) {
    const size = Buffer.byteLength(JSON.stringify(line.item ?? null)) + 1;
    if (batch.length === MOST_ITEMS || (batch.length > 0 && bytes + size > MOST_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(line);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/**
 * Sends a batch, again under the same key while the API is busy or unreachable.
 * @throws {Error} that says what the API objects to
 */
export async function sendBatch(batch: readonly Line[], { url, token, dryRun }: Api): Promise<Outcome[]> {
  const body = JSON.stringify({ datasets: batch.map(({ item }) => item) });
  const headers = {
    'content-type': 'application/json',
    'idempotency-key': randomUUID(),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(`${url}/datasets:batch?dry_run=${dryRun}`, {
      method: 'POST',
      headers,
      body,
    }).catch((error) => error as Error);
    if (response instanceof Error) {
      if (attempt === ATTEMPTS) throw new Error(`${url} is unreachable (${reasonOf(response)})`);
      await sleep(attempt * 500);
      continue;
    }
    const answer = (await response.json().catch(() => ({}))) as { results: Outcome[]; detail?: string };
    if (response.ok) return answer.results;
    if (![409, 429, 503].includes(response.status) || attempt === ATTEMPTS)
      throw new Error(`${url} responds with ${response.status}: ${answer.detail ?? 'no problem details'}`);
    await sleep((Number(response.headers.get('retry-after')) || 1) * 1_000);
  }
}

function reasonOf({ cause, message }: Error): string {
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? message;
}
