import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';

describe.skipIf(!hasDatabase)('values that look like SQL', () => {
  const api = useApi(useDatabase());

  it.each([
    "'; DROP TABLE datasets; --",
    "' OR '1'='1",
    '$1',
    '\\',
    "E'\\x27'",
    '%_',
    '$$; DELETE FROM datasets; $$',
  ])('are stored and given back as they are: %s', async (value) => {
    const created = await api.post(
      '/datasets',
      { name: value, description: value },
      { 'idempotency-key': encodeURIComponent(value) },
    );
    expect(created.json()).toMatchObject({ name: value, description: value });
    const patched = await api.send({
      method: 'PATCH',
      url: created.headers.location as string,
      payload: { name: value },
    });
    expect(patched.json()).toMatchObject({ name: value });
    const escaped = encodeURIComponent(value);
    for (const url of [`/datasets/${escaped}`, `/datasets?cursor=${escaped}`, `/datasets?sort=${escaped}`])
      expect((await api.get(url)).status).toBeLessThan(500);
    expect((await api.get('/datasets')).json().datasets.length).toBeGreaterThan(0);
  });
});

describe.skipIf(!hasDatabase)('bodies that say very much', () => {
  const api = useApi(useDatabase());

  it('are answered with the first of what is wrong, and how much is left out', async () => {
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'];
    const keys = letters
      .flatMap((a) => letters.flatMap((b) => letters.map((c) => `"${a}${b}${c}":0`)))
      .slice(0, 130_000);
    const { status, json, text } = await api.post('/datasets', `{${keys.join(',')}}`, {
      'content-type': 'application/json',
    });
    expect(status).toBe(400);
    expect(json().errors).toHaveLength(100);
    expect(json().detail).toBe(
      '130001 fields are invalid. First: name is required. errors lists 100, and 129901 more are not listed.',
    );
    expect(text.length).toBeLessThan(32_768);
  });

  it('name a place in short', async () => {
    const { status, json, text } = await api.post('/datasets', { name: 'x', ['🦭'.repeat(100_000)]: 1 });
    expect([status, json().errors.length, json().errors[0].code]).toEqual([400, 1, 'unknown']);
    expect(json().errors[0].pointer).toMatch(/^\/🦭+\ufffd?…$/u);
    expect(text.length).toBeLessThan(2_048);
  });

  it.each(['', '?atomic=true'])('are answered in short by a batch%s', async (query) => {
    const item = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`${index}`, 0]));
    const datasets = Array.from({ length: 1_000 }, () => ({ source_url: 'https://example.org', ...item }));
    const { status, json, text } = await api.post(`/datasets:batch${query}`, { datasets });
    const [problem] =
      query === '' ? json().results.map((one: { problem: unknown }) => one.problem) : [json()];
    expect(status).toBe(query === '' ? 200 : 400);
    expect(problem.errors).toHaveLength(query === '' ? 10 : 100);
    expect(problem.detail).toMatch(
      query === ''
        ? /^100 fields are invalid\. .* errors lists 10, and 90 more are not listed\.$/
        : /^100000 fields are invalid\. .* errors lists 100, and 99900 more are not listed\.$/,
    );
    expect(text.length).toBeLessThan(2 * 1_024 * 1_024);
  });

  it.each([
    ['POST', '/datasets', {}, 'name', 'required', 'is required'],
    ['POST', '/datasets', { name: 1 }, 'name', 'wrong-type', 'must be a string'],
    ['POST', '/datasets:batch', { datasets: 1 }, 'datasets', 'wrong-type', 'must be an array'],
    ['GET', '/search?licence=', undefined, 'licence', 'too-short', 'must have at least 1 character'],
    ['POST', '/sql', { max_rows: 1.5 }, 'max_rows', 'wrong-type', 'must be a whole number'],
    ['POST', '/sql', { max_rows: 0 }, 'max_rows', 'out-of-range', 'must be at least 1'],
    ['POST', '/sql', { max_rows: 1e6 }, 'max_rows', 'out-of-range', 'must be at most 100000'],
    ['POST', '/sql', { sources: [] }, 'sources', 'wrong-type', 'must be an object'],
    [
      'POST',
      '/sql',
      { sources: { 'A-1': { dataset: 1, version: 1 } } },
      'sources/A-1',
      'invalid',
      'must be lower-case letters, digits and underscores',
    ],
    ['POST', '/sql', { sources: { a: {} } }, 'sources/a/dataset', 'required', 'is required'],
    [
      'POST',
      '/sql',
      { sources: { a: { version: 'x' } } },
      'sources/a/version',
      'invalid',
      'must be latest, or a whole number from 1 to 2147483647',
    ],
  ] as const)('%s %s %j: says what is right', async (method, url, payload, place, code, detail) => {
    const { json } = await api.send({ method, url, ...(payload && { payload }) });
    const where = method === 'GET' ? { parameter: place } : { pointer: `/${place}` };
    expect(json().errors).toContainEqual({ ...where, code, detail });
  });
});
