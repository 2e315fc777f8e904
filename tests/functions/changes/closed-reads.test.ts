import { hash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';

describe.skipIf(!hasDatabase)('where reads are closed', () => {
  const api = useApi(useDatabase(), {
    AUTH: 'on',
    REQUIRE_AUTH_FOR_READS: 'true',
    API_TOKENS: `reader:read:${hash('sha256', 'reads')},writer:read+write:${hash('sha256', 'writes')}`,
  });
  const as = (token: string) => ({ authorization: `Bearer ${token}` });
  beforeAll(async () => {
    expect((await api.post('/datasets', { name: 'hidden' }, as('writes'))).status).toBe(201);
  });

  it.each([
    ['/search?q=hidden', 200],
    ['/changes', 200],
    ['/changes?after=now&wait=1', 200],
    ['/catalog', 200],
    ['/deliveries', 403],
  ])('%s is for those with a token', async (url, forReaders) => {
    for (const headers of [{}, as('unknown'), { accept: 'text/event-stream' }]) {
      const { status, text, headers: fields } = await api.get(url, headers);
      expect([status, fields['www-authenticate']?.toString().startsWith('Bearer')]).toEqual([401, true]);
      expect(text).not.toContain('hidden');
    }
    expect((await api.get(url, as('reads'))).status).toBe(forReaders);
    expect((await api.get(url, as('writes'))).status).toBe(200);
  });
});
