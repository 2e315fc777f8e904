import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from '@uwdata/flechette';
import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '#shared/tables/open-engine.ts';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';

/** Names that mean something to JavaScript. */
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length'];
const NESTED = {
  s: { a: 1, b: ['NaN, inf', 'x "y"'] },
  l: [1, null, 3],
  m: { k: { deep: true } },
  f: [1.5, null, null],
};

// Queries start processes, which give way to all others.
describe.skipIf(!hasDatabase)('columns of odd names and of nested values', { timeout: 240_000 }, () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });
  const base = '/datasets/1/versions/1';

  beforeAll(async () => {
    await mirror.offer('ada/odd', 1, {
      'names.csv': `key,${NAMES.join(',')}\nk,${NAMES.map((_, i) => i).join(',')}\n`,
      'nested.parquet': await parquet(
        `SELECT {a: 1::INT, b: ['NaN, inf', 'x "y"']} AS s, [1::INT, NULL, 3] AS l, MAP {'k': {deep: true}} AS m, [1.5::DOUBLE, 'NaN'::DOUBLE, '-inf'::DOUBLE] AS f`,
      ),
    });
    expect((await mirror.fetch(['--dataset', 'ada/odd'])).status).toBe(0);
    await mirror.offer('ada/odd', 2, {
      'names.csv': `key,${NAMES.join(',')}\nk,${NAMES.map((_, i) => i + 1).join(',')}\n`,
    });
    expect((await mirror.fetch([])).status).toBe(0);
  }, 180_000);

  /** As text, because an object literal cannot have all of these names. */
  const row = (add: number) => `{"key":"k",${NAMES.map((name, i) => `"${name}":${i + add}`).join(',')}}`;

  it('names come out in rows of every format', async () => {
    const rows = `${base}/tables/names/rows`;
    expect((await api.get(rows)).text).toContain(`"rows":[${row(0)}]`);
    expect((await api.get(`${rows}/0`)).text).toContain(`"row":${row(0)}`);
    expect((await api.get(`${rows}?format=ndjson`)).text).toBe(`${row(0)}\n`);
    expect((await api.get(`${rows}?format=csv`)).text).toBe(`key,${NAMES.join(',')}\nk,0,1,2,3,4\n`);
    const selected = await api.get(`${rows}?select=__proto__&filter=__proto__.eq.0&sort=-constructor`);
    expect(selected.text).toContain('"rows":[{"__proto__":0}]');
  });

  it('names come out in statistics, the schema and a comparison', async () => {
    const named = (columns: { name: string }[]) => columns.map(({ name }) => name);
    expect(named((await api.get(`${base}/tables/names`)).json().columns)).toEqual(['key', ...NAMES]);
    const statistics = (await api.get(`${base}/tables/names/statistics`)).json();
    expect(named(statistics.columns)).toEqual(['key', ...NAMES]);
    const diff = await api.get('/datasets/1/diff/tables/names?from=1&to=2&key=key');
    expect(diff.text).toContain(`"from":${row(0)}`);
    expect(diff.text).toContain(`"to":${row(1)}`);
  });

  it.for(['json', 'ndjson', 'csv', 'arrow', 'parquet'])('aliases come out of SQL as %s', async (format) => {
    const query = `SELECT ${NAMES.map((name, i) => `${i} AS "${name}"`).join(', ')}`;
    const payload = { query, sources: {}, format };
    const { statusCode, rawPayload } = await api.app.inject({ method: 'POST', url: '/sql', payload });
    expect(statusCode).toBe(200);
    expect(namesOf(format, rawPayload)).toEqual(NAMES);
  });

  it('no source is left out without a word', async () => {
    const source = '{"dataset":1,"version":1}';
    const body = `{"query":"FROM a.names","sources":{"a":${source},"__proto__":${source}}}`;
    const { status, json } = await api.post('/sql', body, { 'content-type': 'application/json' });
    expect([status, json().errors]).toEqual([
      400,
      [{ pointer: '/sources/__proto__', code: 'unknown', detail: 'is unknown' }],
    ]);
  });

  it('nested values are nested in JSON and NDJSON, of rows and of SQL', async () => {
    const rows = `${base}/tables/nested/rows`;
    expect((await api.get(rows)).json().rows).toEqual([NESTED]);
    expect(JSON.parse((await api.get(`${rows}?format=ndjson`)).text)).toEqual(NESTED);
    const sql = `${base}/sql?query=${encodeURIComponent('FROM nested')}`;
    expect((await api.get(sql)).json().rows).toEqual([Object.values(NESTED)]);
    expect(JSON.parse((await api.get(`${sql}&format=ndjson`)).text)).toEqual(NESTED);
  });
});

async function parquet(query: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'odd-'));
  const engine = await openEngine({ memory: '128MB', spill: null });
  try {
    const connection = await engine.connect();
    await connection.run(`COPY (${query}) TO '${folder}/a.parquet' (FORMAT parquet)`);
    connection.closeSync();
    return await readFile(join(folder, 'a.parquet'));
  } finally {
    engine.close();
    await rm(folder, { recursive: true });
  }
}

function namesOf(format: string, bytes: Buffer): string[] {
  const text = bytes.toString();
  if (format === 'json') return JSON.parse(text).columns.map(({ name }: { name: string }) => name);
  if (format === 'csv') return (text.split('\n')[0] ?? '').split(',');
  if (format === 'arrow') return tableFromIPC(bytes).schema.fields.map(({ name }) => name);
  const quoted = format === 'ndjson' ? '"' : '';
  return NAMES.filter((name) => text.includes(quoted + name + quoted));
}
