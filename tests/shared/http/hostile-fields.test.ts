import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';

const FIELDS = [
  'accept',
  'authorization',
  'content-type',
  'cookie',
  'forwarded',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'if-range',
  'range',
  'traceparent',
  'tracestate',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-request-id',
];
/** What makes patterns with nested or overlapping repeats try everything. */
const PIECES = [
  'a',
  ' ',
  '\t',
  ',',
  '"',
  'W/"',
  '"a",',
  '0',
  '0-',
  'bytes=0-,',
  '=',
  ';a=',
  '.',
  'Bearer ',
  '%41',
  '\\"',
];
/** Node refuses fields longer than 16 KiB altogether. */
const LENGTH = 15_000;
/** An exponential pattern needs longer than the universe has; a quadratic one shows in this. Milliseconds. */
const LONGEST = 1_000;

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

describe.skipIf(!hasDatabase)('fields and values made to be slow', () => {
  const api = useApi(useDatabase(), { AUTH: 'on', TRUST_PROXY: '1', CORS_ORIGINS: 'https://a.example' });
  const timed = async (options: Parameters<typeof api.send>[0]) => {
    const began = performance.now();
    const { status } = await api.send(options);
    expect(performance.now() - began, JSON.stringify(options).slice(0, 200)).toBeLessThan(LONGEST);
    expect(status, JSON.stringify(options).slice(0, 200)).toBeLessThan(500);
  };

  it.each(FIELDS)('cost little time: %s', async (field) => {
    for (const piece of PIECES)
      for (const end of ['', '!']) {
        const value = piece.repeat(Math.ceil(LENGTH / piece.length)) + end;
        await timed({ method: 'GET', url: '/datasets/1', headers: { [field]: value } });
        await timed({ method: 'POST', url: '/datasets', headers: { [field]: value }, payload: '{}' });
      }
  });

  it('cost little time in paths, queries and bodies', async () => {
    for (const piece of PIECES) {
      const long = encodeURIComponent(piece.repeat(2_000)).slice(0, 12_000).replace(/%.?$/, '');
      for (const url of [
        `/datasets/${long}`,
        `/datasets?cursor=${long}`,
        `/datasets?limit=${long}`,
        `/${long}`,
      ])
        await timed({ method: 'GET', url });
    }
  });
});
