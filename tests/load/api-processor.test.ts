import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { baseline, ours } from './api-servers.ts';
import { type BenchDatabase, startBenchDatabase } from './bench-database.ts';
import { least } from './bench-table.ts';
import { measureRequests, REQUESTS } from './measure-requests.ts';
import { launch, type Running, stop } from './servers.ts';

const PAGE = 'docs/performance/api.md';
/** Beyond this share of the page's ratio a request has become dearer: runs of the same code differ by a sixth. */
const TOLERANCE = 1.35;
const ROUNDS = 7;
/** Requests of a round. */
const AMOUNTS: Record<keyof typeof REQUESTS, number> = {
  'GET one': 3_000,
  'list 100': 900,
  'list 100, another page each time': 900,
  POST: 600,
};
/** Requests that come first, as in the bench: compilers get few turns on a busy machine, and half compiled code costs twice as much. */
const WARM_UP = 3_000;

// Other work on the machine only ever makes a request dearer: what has become so is dearer each time.
describe.skipIf(!hasDatabase || process.env.TEST_DATABASE_URL || process.platform !== 'linux')(
  'the processor time of a request',
  { timeout: 180_000, retry: 2 },
  () => {
    let database: BenchDatabase;
    let servers: { bare: Running; our: Running };
    beforeAll(async () => {
      database = await startBenchDatabase();
      servers = {
        bare: await launch(baseline('bare', 'server', database)),
        our: await launch(ours('ours', inject('programs'), database)),
      };
    });
    afterAll(async () => {
      if (servers) await Promise.all([stop(servers.bare), stop(servers.our)]);
      await database?.stop();
    });

    it.each(Object.keys(REQUESTS) as (keyof typeof REQUESTS)[])(
      `of %s is at most ${TOLERANCE} times what ${PAGE} says`,
      async (name) => {
        const written = ratioOf(name);
        const spent = { bare: [] as number[], our: [] as number[] };
        for (let round = -1; round < ROUNDS; round++)
          for (const key of ['bare', 'our'] as const) {
            const load = { connections: 10, amount: round < 0 ? WARM_UP : AMOUNTS[name] };
            const { processor } = await measureRequests(
              servers[key],
              REQUESTS[name],
              load,
              database.postmaster,
            );
            if (round >= 0) spent[key].push(processor);
          }
        const ratio = least(spent.our) / least(spent.bare);
        process.stdout.write(`${name}: ${ratio.toFixed(2)} × bare, on the page ${written}\n`);
        if (ratio < written / TOLERANCE)
          process.stdout.write(`${PAGE} is out of date: write its table again.\n`);
        expect(ratio).toBeLessThanOrEqual(written * TOLERANCE);
      },
    );
  },
);

/** Processor time ÷ bare at 10 connections, as the page's table has it. */
function ratioOf(name: string): number {
  const page = readFileSync(resolve(import.meta.dirname, '../..', PAGE), 'utf8');
  const lines = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const column = lines.find((cells) => cells.includes('ours ÷ bare'))?.indexOf('ours ÷ bare') ?? -1;
  const row = lines.find((cells) => cells[1] === `${name}, 10 connections, processor, µs`);
  const ratio = Number(row?.[column]);
  if (!(ratio > 0)) throw new Error(`${PAGE} does not say what ${name} costs`);
  return ratio;
}
