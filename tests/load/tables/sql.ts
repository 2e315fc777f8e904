import { setTimeout as sleep } from 'node:timers/promises';
import { median } from './spent.ts';

/** An engine that nobody queries is gone by then. */
const IDLE = 12_000;
/** Enough for the next engine to be started. */
const READY = 3_000;

/** Milliseconds to the result of a small query, without an engine that runs and with one. */
export async function measureSql(base: string, rounds: number): Promise<string[]> {
  const query = encodeURIComponent('select count(*), max(price) from rows where quantity = 42');
  const cold: number[] = [];
  const ready: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await sleep(IDLE);
    cold.push(await taken(`${base}/sql?query=${query}`));
    await sleep(READY);
    ready.push(await taken(`${base}/sql?query=${query}`));
  }
  return [
    `| SQL, no engine running; one ready | ${median(cold).toFixed(0)} ms; ${median(ready).toFixed(0)} ms | |`,
  ];
}

async function taken(address: string): Promise<number> {
  const start = performance.now();
  const response = await fetch(address);
  const body = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${body}`);
  return performance.now() - start;
}
