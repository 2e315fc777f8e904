import type { QueryMistake, QueryRows } from '../query-words.ts';

/** Sends a query; what is wrong with it is a result too. Throws when it is aborted. */
export async function sendQuery(
  path: string,
  query: string,
  signal: AbortSignal,
): Promise<QueryRows | QueryMistake> {
  try {
    const response = await fetch(`${path}?${new URLSearchParams({ query, format: 'json' })}`, { signal });
    const body = await response.json();
    if (response.ok) return { ...body, milliseconds: spent(response) };
    const [first] = body.errors ?? [];
    const detail = first ? `${first.parameter ?? ''} ${first.detail}` : `${body.detail ?? body.title}`;
    return { detail, line: body.line ?? null, column: body.column ?? null };
  } catch (error) {
    if (signal.aborted) throw error;
    return { detail: 'The response did not arrive. Run the query again.', line: null, column: null };
  }
}

/** By the server, of all steps (W3C Server Timing). */
function spent({ headers }: Response): number {
  const steps = (headers.get('server-timing') ?? '').matchAll(/dur=([\d.]+)/g);
  return Math.round([...steps].reduce((sum, [, duration]) => sum + Number(duration), 0));
}
