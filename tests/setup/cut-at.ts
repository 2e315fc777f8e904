import pg from 'pg';

// Loaded by --import before the job: breaks the connection to the database once, just before the statement that
// CUT_AT names, such as `COMMIT 2`, the second of that name.
const seen = new Map<string, number>();
const { query } = pg.Client.prototype as unknown as Record<string, (...args: unknown[]) => unknown>;

Object.assign(pg.Client.prototype, {
  query(this: pg.Client & { connection: { stream: { destroy(): void } } }, ...args: unknown[]) {
    const [asked] = args as [string | pg.QueryConfig];
    const { name, text } = typeof asked === 'string' ? { name: undefined, text: asked } : asked;
    const what = name ?? text.trim().split(/\s+/).slice(0, 3).join(' ');
    const nth = (seen.get(what) ?? 0) + 1;
    seen.set(what, nth);
    if (process.env.CUT_AT === `${what} ${nth}`) {
      process.stderr.write(`\nCUT before ${what}\n`);
      this.connection.stream.destroy();
    }
    return query?.apply(this, args);
  },
});
