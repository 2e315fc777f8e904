import { gzipSync } from 'node:zlib';
import type { InjectOptions } from 'fastify';
import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';

describe.skipIf(!hasDatabase)('bodies as clients send them', () => {
  const api = useApi(useDatabase());
  const source_url = 'https://www.kaggle.com/datasets/ada/set';

  it.each([
    ['none, nor a type (curl -X POST)', {}, undefined],
    [
      'an empty form (curl -d "")',
      { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '0' },
      '',
    ],
    ['a length of 0 (fetch, Go)', { 'content-length': '0' }, ''],
    ['an empty JSON (axios, OkHttp)', { 'content-type': 'application/json', 'content-length': '0' }, ''],
    ['an empty JSON with a charset', { 'content-type': 'application/json; charset=UTF-8' }, ''],
    ['an empty text (Java)', { 'content-type': 'text/plain;charset=UTF-8', 'content-length': '0' }, ''],
    ['an empty stream of bytes', { 'content-type': 'application/octet-stream', 'content-length': '0' }, ''],
  ] satisfies [string, InjectOptions['headers'], string | undefined][])(
    'do without one where none is asked for: %s',
    async (_what, headers, payload) => {
      const { json } = await api.post('/datasets', { name: 'x', source_url });
      const { id } = json();
      const url = `/datasets/${id}`;
      const options = { headers, ...(payload !== undefined && { payload }) };
      expect((await api.send({ method: 'POST', url: `${url}/syncs`, ...options })).status).toBe(202);
      expect((await api.send({ method: 'DELETE', url, ...options })).status).toBe(204);
      const missing = await api.send({ method: 'POST', url: '/datasets', ...options });
      expect([missing.status, missing.json().type]).toEqual([400, '/problems/validation-failed']);
    },
  );

  it.each(['gzip', 'GZIP', 'br', 'deflate', 'zstd', 'identity, gzip', 'aws-chunked'])(
    'are 415 in the coding %s, and the response says what is taken',
    async (coding) => {
      for (const payload of [gzipSync('{"name":"x"}'), Buffer.from('{"name":"x"}')]) {
        const headers = { 'content-type': 'application/json', 'content-encoding': coding };
        const { status, headers: fields } = await api.send({
          method: 'POST',
          url: '/datasets',
          headers,
          payload,
        });
        expect([status, fields['accept-encoding']]).toEqual([415, 'identity']);
      }
    },
  );

  it.each([
    'application/json',
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json; charset="UTF-8"',
    'application/json; charset=utf8',
    'application/json ; charset=utf-8',
  ])('are JSON as %s', async (type) => {
    const headers = { 'content-type': type, 'content-encoding': 'identity' };
    expect(
      (await api.send({ method: 'POST', url: '/datasets', headers, payload: '{"name":"x"}' })).status,
    ).toBe(201);
  });

  it.each([
    'application/jsonp',
    'application/json+x',
    'text/json',
    'application/json; charset=latin1',
    'multipart/form-data; boundary=x',
  ])('are 415 as %s', async (type) => {
    const headers = { 'content-type': type };
    const { status } = await api.send({ method: 'POST', url: '/datasets', headers, payload: '{"name":"x"}' });
    expect(status).toBe(415);
  });
});
