import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { type ApiProcess, startApi } from '#tests/setup/processes.ts';

describe.skipIf(!hasDatabase)('a server of some functions', () => {
  const database = useDatabase();
  const start = (names: string) =>
    startApi('server', { DATABASE_URL: database.url, AUTH: 'off', FUNCTIONS: names });
  let api: ApiProcess;
  beforeAll(async () => {
    api = await start('list-datasets, tables');
  });
  afterAll(async () => {
    api.child.kill('SIGKILL');
    await api.exited;
  });

  it('serves those that FUNCTIONS names, by their own name or their group’s, and knows no others', async () => {
    const index = await fetch(api.address);
    const { links } = (await index.json()) as { links: { method: string; href: string }[] };
    const served = links
      .map(({ method, href }) => `${method} ${href}`)
      .filter((link) => link.startsWith('GET /datasets') || !link.startsWith('GET /'));
    const tables = 'GET /datasets/:id/versions/:version/tables';
    expect(served).toEqual([
      'GET /datasets',
      tables,
      ...['', '/rows', '/rows/:index', '/statistics', '/data.parquet'].map(
        (tail) => `${tables}/:table${tail}`,
      ),
      'GET /datasets/:id/versions/:version/sql',
      'POST /sql',
      'GET /datasets/:id/diff/tables/:table',
    ]);
    const statusOf = (method: string, path: string) =>
      fetch(api.address + path, { method }).then(({ status }) => status);
    expect(await statusOf('GET', '/datasets')).toBe(200);
    expect(await statusOf('POST', '/datasets')).toBe(405);
    expect(await statusOf('GET', '/datasets/1')).toBe(404);
    expect(await statusOf('GET', '/health')).toBe(200);
    expect(await fetch(`${api.address}/mirrors`).then((response) => response.json())).toMatchObject({
      detail: 'There is no resource at /mirrors.',
    });
  });

  it('does not start with a name that no function has', async () => {
    const refused = /ended with 2: .*FUNCTIONS: unknown functions: listDatasets, Tables/s;
    await expect(start('listDatasets,Tables,mirror')).rejects.toThrow(refused);
  });
});
