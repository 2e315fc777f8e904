import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openConversionEngine } from '#shared/tables/convert/conversion-engine.ts';
import { convertFile } from '#shared/tables/convert/convert-file.ts';
import { openEngine } from '#shared/tables/open-engine.ts';
import { rowCells } from '#shared/tables/row-cells.ts';
import { selectRows } from '#shared/tables/rows-query.ts';
import { tableFormatOf } from '#shared/tables/table-format.ts';

/** Bytes of a file, unpacked. */
const MOST = 50_000_000;

/** A file's table, and its rows as JSON shows them. */
export async function converted(name: string, content: string | Buffer, part: string | null = null) {
  const folder = await mkdtemp(join(tmpdir(), 'tables-'));
  try {
    const path = join(folder, name);
    await writeFile(path, content);
    const { format = 'csv', gzip = false } = tableFormatOf(name) ?? {};
    const target = join(folder, 'out.parquet');
    const file = { path, format, gzip, scratch: folder, maxBytes: MOST };
    const table = await convertOne({ kind: 'convert', ...file, part, target, room: 1e9 });
    return { ...table, values: await readAll(target, table.schema) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function convertOne(task: Parameters<typeof convertFile>[1]) {
  const engine = await openConversionEngine({ folder: task.scratch, bytes: task.room });
  try {
    return await convertFile(engine, task);
  } finally {
    engine.close();
  }
}

async function readAll(path: string, columns: Parameters<typeof rowCells>[0]): Promise<unknown[][]> {
  const engine = await openEngine({ memory: '128MB', spill: null });
  const connection = await engine.connect();
  try {
    const { sql, write } = rowCells(columns, { whole: true });
    const plan = { columns, conditions: [], order: null };
    const statement = selectRows(path, plan, sql, { between: [0, 999], rest: 'ORDER BY file_row_number' });
    const rows = (await connection.runAndReadAll(statement.sql)).getRows();
    return rows.map((row) => Object.values(JSON.parse(write(row).json)));
  } finally {
    connection.closeSync();
    engine.close();
  }
}
