import { setTimeout as sleep } from 'node:timers/promises';
import { startModule } from './module.ts';
import { median } from './spent.ts';

/** An engine that nobody queries is gone by then. */
export const IDLE = 12_000;
/** Enough for the next engine to be started. */
const READY = 3_000;

interface Place {
  base: string;
  /** The file of the table. */
  parquet: string;
  python: string;
}

/** Milliseconds to the result of a query, without an engine that runs, with one, and in DuckDB's Python module. */
export async function measureSql({ base, parquet, python }: Place, rounds: number): Promise<string[]> {
  const module = await startModule(python);
  const query = (from: string) => `select count(*), max(price) from ${from} where quantity = 42`;
  const address = `${base}/sql?query=${encodeURIComponent(query('rows'))}`;
  const cold: number[] = [];
  const ready: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await sleep(IDLE);
    cold.push(await taken(address));
    for (let more = 0; more < 3; more++) {
      await sleep(READY);
      ready.push(await taken(address));
      if (module) theirs.push(await module.milliseconds(query(`read_parquet('${parquet}')`)));
    }
  }
  module?.close();
  const compared = module
    ? `Python module ${module.version}: ${median(theirs).toFixed(0)} ms | ${(median(ready) / median(theirs)).toFixed(2)} × |`
    : 'no Python module | |';
  return [
    `| SQL, no engine running; one ready | ${median(cold).toFixed(0)} ms; ${median(ready).toFixed(0)} ms; ${compared}`,
  ];
}

async function taken(address: string): Promise<number> {
  const start = performance.now();
  const response = await fetch(address);
  const body = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${body}`);
  return performance.now() - start;
}
