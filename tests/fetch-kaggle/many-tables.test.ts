import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { useSql } from '#tests/setup/sql.ts';

const TABLES = 60;
/** The last: an engine ends at a file that fails, and one that has converted nothing yet takes its file with it. */
const DAMAGED = 'z';

describe.skipIf(!hasDatabase || process.platform !== 'linux')('a version of many small tables', () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const sql = useSql(database);
  const count = async (state: string) =>
    Number((await sql('SELECT count(*) FROM tables WHERE state = $1', [state]))[0]?.count);

  it('becomes tables though its engine is killed on the way, except the file that is damaged', async () => {
    const text = (i: number) => `id,name\n${`${i},table ${i}\n`.repeat(i + 1)}`;
    const files: [string, string | Buffer][] = Array.from({ length: TABLES }, (_, i) => [
      `t${i}.csv`,
      text(i),
    ]);
    files.push([`${DAMAGED}.csv.gz`, gzipSync(text(0)).subarray(0, 25)]);
    await mirror.offer('ada/many', 1, Object.fromEntries(files));
    const job = mirror.start(['--dataset', 'ada/many']);
    const ended = once(job, 'exit');
    await expect.poll(() => count('ready'), { interval: 5, timeout: 120_000 }).toBeGreaterThan(2);
    const killed = engineOf(job.pid);
    expect(await count('ready'), 'the job was faster than this test').toBeLessThan(TABLES);
    if (killed) process.kill(killed, 'SIGKILL');
    await ended;
    expect(killed).toBeGreaterThan(0);
    expect(await count('ready')).toBe(TABLES);
    const rows = await sql(
      "SELECT name, rows, statistics->'columns'->1->'top'->0->>'value' AS top FROM tables WHERE state = 'ready'",
    );
    for (const { name, rows: found, top } of rows) {
      const index = Number(String(name).slice(1));
      expect([name, Number(found), top]).toEqual([name, index + 1, `table ${index}`]);
    }
    expect(await sql("SELECT name, problem->>'type' AS type FROM tables WHERE state = 'failed'")).toEqual([
      { name: DAMAGED, type: '/problems/table-unreadable' },
    ]);
  }, 240_000);
});

function engineOf(job: number | undefined): number | undefined {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      try {
        const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
        return (
          Number(parent) === job && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('query-engine')
        );
      } catch {
        return false;
      }
    });
}
