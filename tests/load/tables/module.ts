import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** For each line of SQL the milliseconds that it took on a connection of its own, on one thread as ours. */
const SCRIPT = `
import sys, time, duckdb
print(duckdb.__version__, flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    with duckdb.connect(config={"threads": "1"}) as connection:
        connection.execute(line).fetchall()
    print((time.perf_counter() - start) * 1000, flush=True)
`;

/** DuckDB's own Python module in a process that stays. */
export interface DuckdbModule {
  version: string;
  milliseconds(sql: string): Promise<number>;
  close(): void;
}

/** Null where this Python has no such module. */
export async function startModule(python: string): Promise<DuckdbModule | null> {
  const child = spawn(python, ['-c', SCRIPT], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(child, 'exit').then(
    () => null,
    () => null,
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = () => Promise.race([ended, lines.next().then(({ value }) => value ?? null)]);
  const version: string | null = await next();
  if (version === null) return null;
  return {
    version,
    async milliseconds(sql) {
      child.stdin.write(`${sql}\n`);
      const line = await next();
      if (line === null) throw new Error('the Python module ended');
      return Number(line);
    },
    close: () => child.kill(),
  };
}
