import type { QueryProcess } from './query-process.ts';
import { QueryDeath } from './query-process.ts';

const MOST = 1024 ** 3;

/**
 * What the process of a query writes, to the end. An end that the process does not vouch for is an error, and so is a
 * result of more than 1 GiB.
 * @throws {QueryDeath} and what `done` rejects with
 */
export async function* queryBytes(
  { output, kill, ended }: QueryProcess,
  done: Promise<unknown>,
  count: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of output as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST) kill('size');
    count(chunk.length);
    yield chunk;
  }
  await done;
  const { cause, code } = await ended;
  if (code !== 0) throw new QueryDeath(cause);
}
