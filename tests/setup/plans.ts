import pg from 'pg';
import type { CommonQueryMethods } from 'slonik';

export interface Plan {
  'Node Type': string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: Plan[];
}

/** The nodes of the plans of all statements that `run` sends, in a transaction that is given up. */
export async function planNodes(
  url: string,
  run: (db: CommonQueryMethods) => Promise<unknown>,
): Promise<Plan[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const nodes: Plan[] = [];
  const send = async ({ sql: written, values }: { sql: string; values: unknown[] }) => {
    const text = written.replaceAll('$slonik_', '$');
    const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
    nodes.push(...nodesOf(rows[0]['QUERY PLAN'][0].Plan));
    return client.query(text, values);
  };
  const first = async (query: Parameters<typeof send>[0]) => (await send(query)).rows[0];
  const db = {
    query: send,
    any: async (query: Parameters<typeof send>[0]) => (await send(query)).rows,
    one: first,
    maybeOne: first,
    transaction: (act: (tx: unknown) => Promise<unknown>) => act(db),
  };
  try {
    await client.query('BEGIN');
    await run(db as unknown as CommonQueryMethods);
    return nodes;
  } finally {
    await client.end();
  }
}

/** What a node read, and what it left out of that. */
export function rowsOf(node: Plan): number {
  const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  return (node['Actual Rows'] + removed) * node['Actual Loops'];
}

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}
