import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { streaming } from '#functions/host/lambda-stream.ts';
import { buildApp } from '#shared/http/app.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { problemJson } from '#shared/http/problem-json.ts';
import { bytes } from '#shared/http/responses.ts';
import { ok, type Result } from '#shared/http/results.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { byStreamingLambda, provideStreamingRuntime } from './transports.ts';

const MIB = 1024 * 1024;
const content = randomBytes(9 * MIB);
const headers = { 'content-type': 'application/octet-stream' };

async function* slowly(first: number, chunk: Buffer) {
  await sleep(first);
  yield chunk.subarray(0, 10);
  await sleep(50);
  yield chunk.subarray(10);
}

const answers: Record<string, () => Result> = {
  '/large': () => ({ status: 200, headers, stream: () => Readable.from(pieces(content)) }),
  '/slow': () => ({
    status: 200,
    headers,
    stream: () => Readable.from(slowly(300, Buffer.from('at last, some bytes'))),
  }),
  '/empty': () => ({ status: 200, headers, stream: () => Readable.from([]) }),
  '/json': () => ok({ name: 'ä' }),
};

function* pieces(whole: Buffer) {
  for (let at = 0; at < whole.length; at += 65_536) yield whole.subarray(at, at + 65_536);
}

describe('a streaming Lambda', () => {
  let handler: Parameters<typeof byStreamingLambda>[0];
  beforeAll(async () => {
    provideStreamingRuntime();
    const functions = Object.entries(answers).map(([path, handle]) =>
      defineFunction({
        name: path.slice(1),
        method: 'GET',
        path,
        summary: path,
        responses: { 200: bytes() },
        handle,
      }),
    );
    const app = await buildApp({
      maxConcurrent: 100,
      groups: [{ name: 'test', prefixes: [''], dialect: problemJson, access: 'read', needs: [], functions }],
      dependencies: {},
      logger: createLogger({ level: 'silent', name: 'test' }),
      classifyError: () => undefined,
      access: { tokens: null, protectReads: false, rateLimit: null },
      requireIfMatch: false,
      requestTimeout: 1_000,
      corsOrigins: [],
      trustProxy: false,
      hosts: { names: [], onLoopback: false },
    });
    handler = streaming(app, { flush: async () => {} }) as typeof handler;
  });
  afterAll(() => {
    vi.unstubAllGlobals();
  });
  const get = (url: string, method = 'GET') => byStreamingLambda(handler, { method, url });
  const digest = (body: Buffer) => createHash('sha256').update(body).digest('hex');

  it('passes 9 MiB on, more than a buffered answer may have', async () => {
    const { status, headers: fields, body } = await get('/large');
    expect([status, fields['content-type'], body.length]).toEqual([
      200,
      headers['content-type'],
      content.length,
    ]);
    expect(digest(body)).toBe(digest(content));
  });

  it('waits for a first byte that is slow', async () => {
    expect((await get('/slow')).body.toString()).toBe('at last, some bytes');
  });

  it('answers without a body, too', async () => {
    expect(await get('/empty')).toMatchObject({ status: 200, body: Buffer.alloc(0) });
    expect(await get('/large', 'HEAD')).toMatchObject({ status: 200, body: Buffer.alloc(0) });
    expect((await get('/none')).status).toBe(404);
    expect((await get('/json')).body.toString()).toBe('{"name":"ä"}');
  });
});
