import { readFileSync } from 'node:fs';
import { compareRows } from '#shared/tables/diff/compare-rows.ts';
import type { Comparison } from '#shared/tables/diff/comparison.ts';
import { SIDES } from '#shared/tables/diff/diff-statements.ts';
import { giveWay } from '#shared/tables/give-way.ts';
import { openEngine } from '#shared/tables/open-engine.ts';
import { lockDown } from './lock-down.ts';
import { parseQuery } from './parse-query.ts';
import { faultOf } from './query-fault.ts';
import type { QueryFault, QuerySteps, TableView } from './query-steps.ts';
import { resultColumns } from './result-columns.ts';
import { jsonStatement, readJson } from './write-json.ts';

const MEMORY = '128MB';

/** Between this process and the one that it works for. */
export interface QueryChannel {
  next<Name extends keyof QuerySteps>(step: Name): Promise<QuerySteps[Name]['step']>;
  reply(message: { ready: true } | { reply: unknown } | { fault: QueryFault }): Promise<void>;
  /** To standard output. */
  write(bytes: Buffer): Promise<void>;
}

/** One query of a client, step by step: this process has had none before, and has none after it. */
export async function answerQuery({ next, reply, write }: QueryChannel): Promise<void> {
  const engine = await openEngine({ memory: MEMORY, spill: null });
  const connection = await engine.connect();
  // The first statement costs more than all later ones.
  await parseQuery(connection, 'SELECT 1');
  // Nothing of a client's has run.
  giveWay();
  await reply({ ready: true });
  const { text, compare } = await next('check');
  let views: readonly TableView[] = [];
  let offset = 0;
  try {
    const { inner, tables, volatile } = compare
      ? comparedTables(compare)
      : await parseQuery(connection, text);
    await reply({ reply: { tables, volatile } });
    const { format, maxRows, ...given } = await next('open');
    ({ views } = given);
    await lockDown(connection, views, { writes: format !== 'json' });
    if (compare) {
      await reply({ reply: { columns: [] } });
      await next('run');
      const difference = Buffer.from(JSON.stringify(await compareRows(connection, compare)));
      await reply({ reply: { done: true } });
      return await write(difference);
    }
    const before = bytesRead();
    const statement = await connection.prepare(text);
    const columns = resultColumns(statement);
    const shown = columns.map(({ name, type }) => ({ name, type }));
    await reply({ reply: { columns: shown } });
    await next('run');
    if (format === 'json') {
      const { sql, ...place } = jsonStatement(columns, inner, maxRows ?? 0);
      ({ offset } = place);
      const { json, rows, truncated, nonFinite } = await readJson(connection, sql, columns, maxRows ?? 0);
      const end = { row_count: rows, truncated, bytes_read: bytesRead() - before, non_finite: nonFinite };
      await reply({ reply: { done: true } });
      await write(Buffer.from(`{"columns":${JSON.stringify(shown)},"rows":[`));
      for (const block of json) await write(block);
      await write(Buffer.from(`],${JSON.stringify(end).slice(1)}`));
    } else {
      // Not with the rest: most results are JSON, and clients wait for this process to start.
      const { exportStatement, writeExport } = await import('./write-export.ts');
      const exported = await exportStatement(connection, { columns, inner, format, maxRows });
      ({ offset } = exported);
      await writeExport(connection, exported, columns, format);
      await reply({ reply: { done: true } });
    }
  } catch (error) {
    await reply({ fault: faultOf(error, { text, views, offset }) });
  }
}

function comparedTables({ table: name }: Comparison) {
  const tables = Object.values(SIDES).map((schema) => ({ schema, name, position: null }));
  return { inner: '', tables, volatile: false };
}

/** By this process, in all; 0 where the system does not say. */
function bytesRead(): number {
  try {
    const [, bytes = '0'] = /^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8')) ?? [];
    return Number(bytes);
  } catch {
    return 0;
  }
}
