import { describe, expect, it } from 'vitest';
import { groups } from '#functions/index.ts';
import type { OpenApi } from '#shared/http/openapi-document.ts';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';

const functions = groups.flatMap(({ documented = true, functions }) => (documented ? functions : []));

describe.skipIf(!hasDatabase)('tokens in the document', () => {
  const database = useDatabase();
  const SETTINGS = [
    { AUTH: 'off' },
    { AUTH: 'off', REQUIRE_AUTH_FOR_READS: 'true' },
    { AUTH: 'on' },
    { AUTH: 'on', REQUIRE_AUTH_FOR_READS: 'true' },
  ];
  const apis = SETTINGS.map((env) => [JSON.stringify(env), useApi(database, env)] as const);

  it.each(apis)('are needed where the server needs them, under %s', async (_settings, api) => {
    const document: OpenApi = (await api.get('/openapi.json')).json();
    for (const [path, item] of Object.entries(document.paths))
      for (const [method, { security, responses }] of Object.entries(item)) {
        const { status } = await api.send({
          method: method.toUpperCase() as 'GET',
          url: path.replace(/\{\w+\}/g, '1'),
        });
        const needed = security.length > 0 && !security.some((one) => Object.keys(one).length === 0);
        expect(status === 401, `${method} ${path}: ${status}`).toBe(needed);
        expect('401' in responses, `${method} ${path}`).toBe(needed);
      }
    const schemes = Object.values(document.paths).flatMap((item) =>
      Object.values(item).flatMap(({ security }) => security.flatMap(Object.keys)),
    );
    expect(Object.keys(document.components.securitySchemes)).toEqual([...new Set(schemes)]);
  });
});

describe.skipIf(!hasDatabase)('the API about itself', () => {
  const api = useApi(useDatabase(), { REQUIRE_AUTH_FOR_READS: 'true', AUTH: 'on' });

  it('describes every function, each reference resolved', async () => {
    const { status, headers, json, text } = await api.get('/openapi.json');
    expect(status).toBe(200);
    expect(headers.etag).toBeDefined();
    const document: OpenApi = json();
    const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(
      expect.arrayContaining([...functions.map(({ name }) => name), 'health', 'openapi', 'docs']),
    );
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g))
      expect(document.components.schemas).toHaveProperty([String(name)]);
    for (const schema of Object.values(document.components.schemas)) expect(schema.type).toBe('object');
    for (const [path, item] of Object.entries(document.paths))
      for (const { parameters } of Object.values(item))
        expect(parameters.filter(({ in: place }) => place === 'path').map(({ name }) => `{${name}}`)).toEqual(
          path.match(/\{\w+\}/g) ?? [],
        );
  });

  it('says what a request gets that is refused before its path is known', async () => {
    const { paths }: OpenApi = (await api.get('/openapi.json')).json();
    const base = await api.app.listen({ host: '127.0.0.1', port: 0 });
    for (const [path, item] of Object.entries(paths))
      for (const [method, { responses }] of Object.entries(item)) {
        const response = await fetch(`${base}${path}`, {
          method: method.toUpperCase(),
          headers: { 'x-long': 'x'.repeat(20_000) },
        });
        expect(response.status).toBe(431);
        const type = String(response.headers.get('content-type')).split(';')[0];
        expect(Object.keys(responses[431]?.content ?? {}), `${method} ${path}`).toContain(type);
        await response.body?.cancel();
      }
  });

  it('has a page that needs nothing from elsewhere, under a policy that says so', async () => {
    const { status, headers, text } = await api.get('/docs');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text).not.toMatch(/(?:src|href)=["'](?:https?:)?\/\//);
    for (const { name } of functions) expect(text).toContain(`id="${name}"`);
    expect(text).not.toMatch(/<(?:style|script)>|style=/);
    for (const source of ['script-src', 'style-src'])
      expect(headers['content-security-policy']).toContain(`${source} 'self';`);
    expect((await api.get('/docs', { 'if-none-match': String(headers.etag) })).status).toBe(304);
  });

  it('links to everything from /', async () => {
    const { links } = (await api.get('/')).json();
    const hrefs = links.map(({ href }: { href: string }) => href);
    expect(hrefs).toEqual(
      expect.arrayContaining(['/datasets', '/docs', '/openapi.json', '/health', '/ready']),
    );
  });

  it('has a page for each type of problem', async () => {
    expect((await api.get('/problems/validation-failed')).text).toContain('Invalid parameters or body');
    expect((await api.get('/problems/constructor')).status).toBe(404);
  });
});
