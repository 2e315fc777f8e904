import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '#shared/http/problems.ts';
import { type QueryEngine, QueryStopped, QueryTooLarge } from './query-engine.ts';
import { type NonFiniteCell, rowCells, type TruncatedCell } from './row-cells.ts';
import { type RowsPlan, selectRows } from './rows-query.ts';

interface Page {
  path: string;
  /** Of the whole table. */
  rows: number;
  plan: RowsPlan;
  limit: number;
  offset: number;
  /** The client has left. */
  signal: AbortSignal;
}

export interface RowsPage {
  total: number | null;
  rows: string[];
  row_index: number[];
  truncated_cells: TruncatedCell[];
  non_finite: NonFiniteCell[];
  next_offset: number | null;
  partial: { rows_scanned: number } | null;
}

/** A page ends before the row that would pass it, never before the first. */
const PAGE_BYTES = 4 * 1024 * 1024;
/** Sorted and filtered pages look no deeper. */
const DEPTH = 10_000;
/** Rows looked at in one go, ten of their groups; and milliseconds after which no further ones are. */
const WINDOW = 200_000;
const SCAN_TIME = 3_000;
/** Milliseconds for a statement that cannot be broken off in between. */
const STATEMENT_TIME = 8_000;

/** @throws {Problem} query-too-expensive */
export async function readPage(engine: QueryEngine, page: Page): Promise<RowsPage> {
  const { plan, limit, offset, rows } = page;
  const plain = plan.conditions.length === 0 && plan.order === null;
  if (!plain && offset + limit > DEPTH)
    throw new Problem(
      'query-too-expensive',
      `With sort, filter or q, offset + limit is at most ${DEPTH}. Stream the rows instead: format=ndjson.`,
    );
  if (plain) {
    const between = [offset, offset + limit - 1] as const;
    const found =
      offset < rows ? await fetchRows(engine, page, { between, rest: 'ORDER BY file_row_number' }) : [];
    return assemble(page, found, { total: rows, partial: null });
  }
  return plan.order === null ? scan(engine, page) : sorted(engine, page, plan.order);
}

async function sorted(engine: QueryEngine, page: Page, order: string): Promise<RowsPage> {
  const { limit, offset, plan, rows } = page;
  const rest = `ORDER BY ${order}, file_row_number LIMIT ${limit} OFFSET ${offset}`;
  const found = await fetchRows(engine, page, { rest });
  const [[count] = []] =
    plan.conditions.length === 0
      ? [[rows]]
      : await ask(engine, page, selectRows(page.path, plan, 'count(*)'));
  return assemble(page, found, { total: Number(count), partial: null });
}

/** From the first row on, until all are looked at or it has taken long enough; whatever is found by then is shown. */
async function scan(engine: QueryEngine, page: Page): Promise<RowsPage> {
  const { path, plan, limit, offset, rows } = page;
  const end = performance.now() + SCAN_TIME;
  const found: unknown[][] = [];
  let matched = 0;
  let scanned = 0;
  while (scanned < rows && (scanned === 0 || performance.now() < end)) {
    const between = [scanned, Math.min(scanned + WINDOW, rows) - 1] as const;
    const [[count] = []] = await ask(engine, page, selectRows(path, plan, 'count(*)', { between }));
    const here = Number(count);
    const wanted = limit - found.length;
    if (wanted > 0 && matched + here > offset) {
      const skip = Math.max(0, offset - matched);
      const rest = `ORDER BY file_row_number LIMIT ${wanted} OFFSET ${skip}`;
      found.push(...(await fetchRows(engine, page, { between, rest })));
    }
    matched += here;
    scanned = between[1] + 1;
  }
  const whole = scanned >= rows;
  return assemble(page, found, {
    total: whole ? matched : null,
    partial: whole ? null : { rows_scanned: scanned },
  });
}

function fetchRows(
  engine: QueryEngine,
  page: Page,
  which: Parameters<typeof selectRows>[3],
): Promise<unknown[][]> {
  const { sql } = rowCells(page.plan.columns, { whole: false });
  return ask(engine, page, selectRows(page.path, page.plan, sql, which));
}

async function ask(
  engine: QueryEngine,
  { signal }: Page,
  statement: Parameters<QueryEngine['run']>[0],
): Promise<unknown[][]> {
  const late = new AbortController();
  const done = new AbortController();
  void sleep(STATEMENT_TIME, undefined, { signal: done.signal }).then(
    () => late.abort(),
    () => {},
  );
  try {
    return await engine.run(statement, AbortSignal.any([signal, late.signal]));
  } catch (error) {
    if (error instanceof QueryTooLarge)
      throw new Problem(
        'query-too-expensive',
        'The query needs more memory than it may have. Select fewer columns, or stream the rows.',
      );
    if (error instanceof QueryStopped && late.signal.aborted)
      throw new Problem(
        'query-too-expensive',
        `The query takes more than ${STATEMENT_TIME / 1_000} seconds. Filter more, or stream the rows.`,
      );
    throw error;
  } finally {
    done.abort();
  }
}

function assemble(
  { plan, limit, offset }: Page,
  found: readonly unknown[][],
  { total, partial }: Pick<RowsPage, 'total' | 'partial'>,
): RowsPage {
  const { write } = rowCells(plan.columns, { whole: false });
  const page: RowsPage = {
    total,
    rows: [],
    row_index: [],
    truncated_cells: [],
    non_finite: [],
    next_offset: null,
    partial,
  };
  let bytes = 0;
  for (const values of found) {
    const { json, truncated, nonFinite } = write(values);
    bytes += Buffer.byteLength(json) + 1;
    if (bytes > PAGE_BYTES && page.rows.length > 0) break;
    page.rows.push(json);
    page.row_index.push(Number(values[0]));
    page.truncated_cells.push(...truncated);
    page.non_finite.push(...nonFinite);
  }
  const next = offset + page.rows.length;
  const more = total === null ? page.rows.length === limit || page.rows.length < found.length : next < total;
  page.next_offset = more && page.rows.length > 0 ? next : null;
  return page;
}
