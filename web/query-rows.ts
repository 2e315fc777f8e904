import { text } from 'node:stream/consumers';
import { Problem } from '#shared/http/problems.ts';
import { openQuery, type Place } from '#shared/tables/sql/open-query.ts';
import { ROWS, TIMEOUT } from '#shared/tables/sql/query-input.ts';
import type { FindSource } from '#shared/tables/sql/query-sources.ts';
import type { QueryMistake, QueryRows } from './query-words.ts';

interface Asked {
  query: string;
  find: FindSource;
  caller: string;
  signal: AbortSignal;
}

/** Runs a query; what is wrong with it is a result too. @throws {Problem} for what is not its fault */
export async function queryRows(place: Place, { query, ...asked }: Asked): Promise<QueryRows | QueryMistake> {
  const begun = performance.now();
  try {
    const request = {
      ...asked,
      text: query,
      format: 'json',
      maxRows: ROWS.default,
      timeout: TIMEOUT.default,
    } as const;
    const opened = await openQuery(place, request);
    const body = JSON.parse(await text(await opened.stream()));
    return { ...body, milliseconds: Math.round(performance.now() - begun) };
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
    const { line = null, column = null } = error.members as Partial<QueryMistake>;
    return { detail: error.message, line, column };
  }
}
