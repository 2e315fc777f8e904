import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';

const origin = 'https://app.example.org';
const preflight = (from: string, headers = {}) => ({
  method: 'OPTIONS' as const,
  url: '/datasets/1',
  headers: { origin: from, 'access-control-request-method': 'PUT', ...headers },
});

describe.skipIf(!hasDatabase)('CORS', () => {
  const database = useDatabase();
  const closed = useApi(database);
  const open = useApi(database, { CORS_ORIGINS: `${origin}, https://other.example.org`, AUTH: 'on' });

  it('is not there unless origins are named', async () => {
    expect((await closed.send(preflight(origin))).status).toBe(405);
    expect(
      (await closed.get('/datasets', { origin })).headers['access-control-allow-origin'],
    ).toBeUndefined();
  });

  it('answers the preflight of an origin that is named, without a token', async () => {
    const { status, headers } = await open.send(
      preflight(origin, { 'access-control-request-headers': 'authorization, if-match' }),
    );
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': expect.stringContaining('PATCH'),
      'access-control-allow-headers': 'authorization, if-match',
    });
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  });

  it('shows what pages need to read, in failures too', async () => {
    const read = await open.get('/datasets', { origin });
    expect(read.headers['access-control-allow-origin']).toBe(origin);
    expect(read.headers['access-control-expose-headers']).toContain('ETag');
    expect(read.headers.vary).toContain('Origin');
    const refused = await open.post('/datasets', { name: 'x' }, { origin });
    expect(refused.status).toBe(401);
    expect(refused.headers['access-control-allow-origin']).toBe(origin);
  });

  it('allows no other origin', async () => {
    const { headers } = await open.get('/datasets', { origin: 'https://evil.example' });
    expect(headers['access-control-allow-origin']).not.toBe('https://evil.example');
  });
});
