import { hash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';

const entry = (name: string, scopes: string) => `${name}:${scopes}:${hash('sha256', `${name}-secret`)}`;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe.skipIf(!hasDatabase)('tokens', () => {
  const database = useDatabase();
  const dir = mkdtempSync(join(tmpdir(), 'kaggle-tokens-'));
  const file = join(dir, 'tokens');
  writeFileSync(file, `${entry('filed', 'write')}\n`);
  afterAll(() => rm(dir, { recursive: true }));
  const env = {
    AUTH: 'on',
    API_TOKENS: `${entry('writer', 'read+write')},${entry('reader', 'read')}`,
    API_TOKENS_FILE: file,
  };
  const api = useApi(database, env);
  const closed = useApi(database, { ...env, REQUIRE_AUTH_FOR_READS: 'true' });
  const none = useApi(database, { AUTH: 'on' });
  const create = (headers: Record<string, string>, of = api) => of.post('/datasets', { name: 'x' }, headers);

  it('opens reads to all, writes to a token with their scope', async () => {
    expect((await api.get('/datasets')).status).toBe(200);
    expect((await create(bearer('writer-secret'))).status).toBe(201);
  });

  it.each([
    ['no token', {}, 'Bearer realm="kaggle-data-api"'],
    ['a wrong token', bearer('wrong'), 'Bearer realm="kaggle-data-api", error="invalid_token"'],
    [
      'another scheme',
      { authorization: 'Basic eDp5' },
      'Bearer realm="kaggle-data-api", error="invalid_token"',
    ],
    ['an empty token', { authorization: 'Bearer ' }, 'Bearer realm="kaggle-data-api", error="invalid_token"'],
    [
      'the digest instead of the token',
      bearer(hash('sha256', 'writer-secret')),
      'Bearer realm="kaggle-data-api", error="invalid_token"',
    ],
  ])('is 401 for %s', async (_what, headers: Record<string, string>, challenge) => {
    const response = await create(headers);
    expect(response.status).toBe(401);
    expect(response.headers['www-authenticate']).toBe(challenge);
    expect(response.json().type).toBe('/problems/unauthorized');
  });

  it('is 403 for a token without the scope', async () => {
    const { status, headers } = await create(bearer('reader-secret'));
    expect(status).toBe(403);
    expect(headers['www-authenticate']).toContain('error="insufficient_scope", scope="write"');
  });

  it('refuses before it reads the body', async () => {
    const { status } = await api.post('/datasets', '{', { 'content-type': 'text/plain' });
    expect(status).toBe(401);
  });

  it('closes reads when asked to, but for what clients need to get on', async () => {
    expect((await closed.get('/datasets')).status).toBe(401);
    expect((await closed.get('/datasets', bearer('reader-secret'))).status).toBe(200);
    expect((await closed.get('/datasets', bearer('filed-secret'))).status).toBe(403);
    for (const path of ['/', '/health', '/ready', '/problems/not-found'])
      expect((await closed.get(path)).status).toBe(200);
  });

  it('lets nobody write when nothing is configured', async () => {
    expect((await create({}, none)).status).toBe(401);
    expect((await create(bearer('x'), none)).status).toBe(401);
  });

  it('reads the file again when it changes, and keeps the last good one', async () => {
    expect((await create(bearer('filed-secret'))).status).toBe(201);
    writeFileSync(file, `${entry('rotated', 'write')}\n`);
    await vi.waitFor(async () => expect((await create(bearer('rotated-secret'))).status).toBe(201), 5_000);
    expect((await create(bearer('filed-secret'))).status).toBe(401);
    writeFileSync(file, 'broken');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await create(bearer('rotated-secret'))).status).toBe(201);
  });

  it('keeps the keys of different callers apart', async () => {
    const headers = { 'idempotency-key': 'same' };
    const [one, two] = await Promise.all([
      create({ ...headers, ...bearer('writer-secret') }),
      create({ ...headers, ...bearer('rotated-secret') }),
    ]);
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(one.headers.location).not.toBe(two.headers.location);
  });
});
