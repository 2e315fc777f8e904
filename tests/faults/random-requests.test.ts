import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OpenApi } from '#shared/http/openapi-document.ts';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { arbitraryRequest } from '#tests/setup/arbitrary-requests.ts';
import { isSlow, seed } from '#tests/setup/sample.ts';

const RUNS = isSlow ? 30_000 : 2_500;

/** Documented states of a mirror, not failures: nothing is mirrored in this test. */
const MAY_BE_503 = /\/problems\/(not-ready|volume-unavailable)|This mirror is getting/;

describe.skipIf(!hasDatabase)('random requests', () => {
  const api = useApi(useDatabase());

  it(`${RUNS} of them get no 5xx, and only answers that the document names`, {
    timeout: 300_000,
  }, async () => {
    const document: OpenApi = (await api.get('/openapi.json')).json();
    const seen = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(arbitraryRequest(document), async ({ operation, options }) => {
        const { status, headers, text } = await api.send(options);
        seen.set(status, (seen.get(status) ?? 0) + 1);
        if (status >= 500) expect([status, text]).toEqual([503, expect.stringMatching(MAY_BE_503)]);
        const [method = '', path = ''] = operation.split(' ');
        const documented = Object.keys(document.paths[path]?.[method.toLowerCase()]?.responses ?? {});
        // A value may make another path of it, with answers of its own.
        if (![404, 405].includes(status)) expect(documented).toContain(String(status));
        if (status < 400) return;
        if (/^\/(api\/v1|kaggle)/.test(String(options.url))) {
          expect(headers['content-type']).toBe('application/json; charset=utf-8');
          expect(JSON.parse(text)).toMatchObject({ code: status, error: { code: status } });
        } else {
          expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
          expect(JSON.parse(text)).toMatchObject({ status, request_id: headers['x-request-id'] });
        }
      }),
      { numRuns: RUNS, seed, endOnFailure: true },
    );
    // It went deep enough to make things, find them and be refused; each of these comes a dozen times or more.
    process.stdout.write(`random requests: ${JSON.stringify(Object.fromEntries(seen))}\n`);
    expect([...seen.keys()]).toEqual(expect.arrayContaining([200, 201, 400, 404, 415]));
  });
});
