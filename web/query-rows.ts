import { text } from 'node:stream/consumers';
import type { CommonQueryMethods } from 'slonik';
import { findTable, listTables, type WholeTable } from '#shared/data/tables.ts';
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

/** Tables of which the columns are listed. */
const MOST_TABLES = 50;

/** The tables of a version that can be queried, by its id. */
export async function queriedTables(db: CommonQueryMethods, versionId: number): Promise<WholeTable[]> {
  const known = await listTables(db, versionId, { after: null, limit: MOST_TABLES });
  const whole: WholeTable[] = [];
  for (const { name, state } of known) {
    const table = state === 'ready' ? await findTable(db, versionId, name) : null;
    if (table) whole.push(table);
  }
  return whole;
}
