import type { DuckDBConnection } from '@duckdb/node-api';
import { isNested } from '#shared/tables/column-type.ts';
import type { Engine } from '#shared/tables/open-engine.ts';
import { type ColumnStatistics, columnStatistics } from './statistics.ts';
import type { WrittenColumn } from './write-parquet.ts';

/** Rows up to which the statements take longer than what they count. */
const FEW_ROWS = 20_000;
/** Cells that are counted together. */
const CELLS = 200_000;
const MOST_COLUMNS = 250;

/** Statistics of all columns. Those of few rows are counted together, which takes as many statements as one of them. */
export async function allStatistics(
  engine: Engine,
  connection: DuckDBConnection,
  { target, columns, rows }: { target: string; columns: readonly WrittenColumn[]; rows: number },
): Promise<ColumnStatistics[]> {
  const count = async (group: readonly WrittenColumn[]): Promise<ColumnStatistics[]> => {
    await engine.release();
    try {
      return await columnStatistics(connection, target, group, rows);
    } catch (error) {
      // Long texts.
      if (group.length === 1 || !/^Out of Memory/i.test(String((error as Error).message))) throw error;
      const half = Math.ceil(group.length / 2);
      return [...(await count(group.slice(0, half))), ...(await count(group.slice(half)))];
    }
  };
  const found: ColumnStatistics[] = [];
  for (const group of groupsOf(columns, rows)) found.push(...(await count(group)));
  return found;
}

function groupsOf(columns: readonly WrittenColumn[], rows: number): WrittenColumn[][] {
  const most = rows > FEW_ROWS ? 1 : Math.min(MOST_COLUMNS, Math.ceil(CELLS / Math.max(1, rows)));
  const groups: WrittenColumn[][] = [];
  let open: WrittenColumn[] = [];
  for (const column of columns) {
    if (isNested(column.type)) {
      groups.push([column]);
      open = [];
      continue;
    }
    if (open.length === most) open = [];
    if (open.length === 0) groups.push(open);
    open.push(column);
  }
  return groups;
}
