import { once } from 'node:events';
import { type ClientRequest, get, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import * as z from 'zod';
import { defineFunction, type FunctionDefinition } from '#shared/http/define-function.ts';
import type { Dialect } from '#shared/http/dialect.ts';
import { problemJson } from '#shared/http/problem-json.ts';
import { json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { group, useApp } from '#tests/setup/app.ts';

type Handle = FunctionDefinition['handle'];
const fn = (path: string, handle: Handle, more: Partial<FunctionDefinition> = {}) =>
  defineFunction({
    name: path,
    method: 'GET',
    path,
    summary: '',
    responses: { 200: json(z.object({})) },
    ...more,
    handle,
  } as never);
const statusOf = async (url: string, init?: RequestInit) => (await fetch(url, init)).status;
const aborted = (signal: AbortSignal) =>
  signal.aborted ? Promise.resolve() : once(signal, 'abort').then(() => {});

describe('the signal of a handler', () => {
  const seen: AbortSignal[] = [];
  const waits = fn('/waits', async ({ signal }) => {
    seen.push(signal);
    await aborted(signal);
    return ok({ aborted: true });
  });
  const quick = fn('/quick', ({ signal }) => {
    seen.push(signal);
    return ok({});
  });
  const app = useApp([group({ functions: [waits, quick] })]);
  const timed = useApp([group({ functions: [waits], budget: { deadline: 100 } })]);
  const drained = useApp([group({ functions: [waits] })]);

  it('is aborted when the client leaves', async () => {
    seen.length = 0;
    const sent = get(`${app.origin}/waits`).on('error', () => {});
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    expect(seen[0]?.aborted).toBe(false);
    sent.destroy();
    await vi.waitFor(() => expect(seen[0]?.aborted).toBe(true));
  });

  it('is not aborted by a response that went out whole', async () => {
    seen.length = 0;
    expect(await statusOf(`${app.origin}/quick`)).toBe(200);
    await statusOf(`${app.origin}/quick`);
    expect(seen.map((signal) => signal.aborted)).toEqual([false, false]);
  });

  it('is aborted at the deadline of its group', async () => {
    const response = await fetch(`${timed.origin}/waits`);
    expect(await response.json()).toEqual({ aborted: true });
  });

  it('is aborted when the process drains, and the response still goes out', async () => {
    seen.length = 0;
    const pending = fetch(`${drained.origin}/waits`);
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    const closing = drained.app.close();
    expect(await (await pending).json()).toEqual({ aborted: true });
    await closing;
  });
});

describe('requests that wait', () => {
  let release = Promise.withResolvers<void>();
  const waits = fn('/waits', async ({ wait }) => {
    await wait(release.promise);
    return ok({});
  });
  const works = fn('/works', async () => {
    await release.promise;
    return ok({});
  });
  const quick = fn('/quick', () => ok({}));
  const app = useApp([group({ functions: [waits, works, quick] })], { maxConcurrent: 2 });
  const open = new Set<ClientRequest>();
  const begin = (path: string) => {
    const sent = request(app.origin + path, { agent: false }).on('error', () => {});
    open.add(sent);
    sent.end();
    return new Promise<number>((resolve) =>
      sent.on('response', (response) => {
        response.resume();
        resolve(Number(response.statusCode));
      }),
    );
  };
  const renew = () => {
    release.resolve();
    release = Promise.withResolvers<void>();
  };

  it('leave the count of those in work, and come back to it', async () => {
    onTestFinished(renew);
    const waiting = Array.from({ length: 10 }, () => begin('/waits'));
    await vi.waitFor(async () => expect(await statusOf(`${app.origin}/quick`)).toBe(200));
    const working = [begin('/works'), begin('/works')];
    await vi.waitFor(async () => expect(await statusOf(`${app.origin}/quick`)).toBe(503));
    renew();
    expect(new Set(await Promise.all([...waiting, ...working]))).toEqual(new Set([200]));
    expect(await statusOf(`${app.origin}/quick`)).toBe(200);
  });

  it('are 1,000 at most; a client that leaves gives its place back', { timeout: 60_000 }, async () => {
    onTestFinished(renew);
    open.clear();
    for (let begun = 0; begun < 1_000; begun += 1) {
      void begin('/waits');
      // One at a time is in work until it waits.
      if (begun % 2 === 1)
        await vi.waitFor(async () => expect(await statusOf(`${app.origin}/quick`)).toBe(200));
    }
    await vi.waitFor(async () => expect(await begin('/waits')).toBe(503), { timeout: 20_000 });
    expect(await statusOf(`${app.origin}/quick`)).toBe(200);
    for (const one of open) one.destroy();
    open.clear();
    // What they wait for has not come yet.
    const next = await Promise.race([begin('/waits'), sleep(2_000, 'waits')]);
    expect(next).toBe('waits');
    for (let round = 0; round < 5; round++) expect(await statusOf(`${app.origin}/quick`)).toBe(200);
  });
});

describe('the budget of a group', () => {
  const release = Promise.withResolvers<void>();
  const slow = fn('/slow', async () => {
    await release.promise;
    return ok({});
  });
  const app = useApp([
    group({ name: 'narrow', prefixes: ['/narrow'], functions: [slow], budget: { inWork: 2 } }),
    group({ name: 'wide', functions: [fn('/quick', () => ok({}))] }),
  ]);

  it('bounds its own requests in work', async () => {
    const working = [fetch(`${app.origin}/narrow/slow`), fetch(`${app.origin}/narrow/slow`)];
    await vi.waitFor(async () => {
      const refused = await fetch(`${app.origin}/narrow/slow`, { signal: AbortSignal.timeout(200) });
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    });
    expect(await statusOf(`${app.origin}/quick`)).toBe(200);
    release.resolve();
    for (const one of working) expect((await one).status).toBe(200);
    expect(await statusOf(`${app.origin}/narrow/slow`)).toBe(200);
  });
});

describe('prefixes, routes and dialects', () => {
  const words: Dialect = {
    ...problemJson,
    readQuery: (search) => ({ words: search.split('+') }),
    challenge: () => 'Words realm="test"',
    presentProblem: ({ status }, { path }) => ({ mediaType: 'text/plain', body: `${status} at ${path}` }),
  };
  const item = fn('/items/:id', ({ params }) => ok(params), {
    params: z.object({ id: z.string() }),
    also: [{ method: 'POST', path: '/items:find' }],
  });
  const batch = fn('/items:batch', ({ path }) => ok({ path }), { method: 'POST' });
  const echo = fn('/echo', ({ query }) => ok(query), { query: z.object({ words: z.array(z.string()) }) });
  const closed = fn('/closed', () => ok({}), { access: 'write' });
  const app = useApp(
    [
      group({
        name: 'one',
        prefixes: ['', '/v1'],
        functions: [batch, { ...item, params: undefined } as never],
      }),
      group({ name: 'two', prefixes: ['/w'], dialect: words, functions: [echo, closed] }),
    ],
    {
      access: {
        tokens: { staticTokens: () => [], oidc: null },
        protectReads: false,
        rateLimit: null,
      },
    },
  );

  it('reach a function in every way it names, with colons meant literally', async () => {
    for (const prefix of ['', '/v1']) {
      expect(await statusOf(`${app.origin}${prefix}/items/7`)).toBe(200);
      expect(await statusOf(`${app.origin}${prefix}/items:batch`, { method: 'POST' })).toBe(200);
      expect(await statusOf(`${app.origin}${prefix}/items:find`, { method: 'POST' })).toBe(200);
      expect(await statusOf(`${app.origin}${prefix}/items:other`, { method: 'POST' })).toBe(404);
      const wrong = await fetch(`${app.origin}${prefix}/items:batch`);
      expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
    }
  });

  it('have queries, errors and challenges of the dialect', async () => {
    expect(await (await fetch(`${app.origin}/w/echo?a+b`)).json()).toEqual({ words: ['a', 'b'] });
    const missing = await fetch(`${app.origin}/w/none`);
    expect([missing.status, missing.headers.get('content-type'), await missing.text()]).toEqual([
      404,
      'text/plain',
      '404 at /w/none',
    ]);
    const refused = await fetch(`${app.origin}/w/closed`);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Words realm="test"']);
    expect((await fetch(`${app.origin}/wx`)).headers.get('content-type')).toContain('problem+json');
  });
});
