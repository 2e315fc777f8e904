import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { useSql } from '#tests/setup/sql.ts';
import { useReceiver } from './otlp-receiver.ts';
import { useServer } from './server.ts';

/** None of them may be in anything that a process writes, serves or sends. */
const CANARY = {
  token: 'canary-token-7d1f',
  wrongToken: 'canary-guess-91aa',
  jwt: 'eyJhbGciOiJub25lIn0.canaryjwtc0de.canarysig',
  body: 'canary-body-55e2',
  malformed: 'canary-malformed-0b3c',
  query: 'canary-query-c4d9',
  cookie: 'canary-cookie-f00d',
  key: 'canary-key-8e21',
  databasePassword: 'canary-db-password-1c9b',
  valkeyPassword: 'canary-valkey-password-aa07',
  otlpHeader: 'canary-otlp-header-3e3e',
  kaggleToken: 'canary-kaggle-token-b00b',
  callersKey: 'canary-key-of-a-caller-77aa',
  proxyKey: 'canary-key-of-a-proxy-41cc',
};

describe.skipIf(!hasDatabase)('secrets and bodies', () => {
  const database = useDatabase();
  const sql = useSql(database);
  beforeAll(() =>
    sql(`CREATE ROLE ${database.name} LOGIN SUPERUSER PASSWORD '${CANARY.databasePassword}'`).then(() => {}),
  );
  afterAll(() => sql(`DROP ROLE ${database.name}`).then(() => {}));
  const receiver = useReceiver();
  const mirror = useMirror(database);
  const withPassword = () => {
    const url = new URL(database.url);
    url.username = database.name;
    url.password = CANARY.databasePassword;
    return url.href;
  };
  const telling = () => ({
    DATABASE_URL: withPassword(),
    LOG_LEVEL: 'trace',
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=${CANARY.otlpHeader}`,
    OTEL_BSP_SCHEDULE_DELAY: '50',
  });
  const server = useServer(database, () => ({
    ...telling(),
    AUTH: 'on',
    API_TOKENS: `ci:read+write:${createHash('sha256').update(CANARY.token).digest('hex')}`,
    OIDC_ISSUER: 'http://127.0.0.1:1',
    OIDC_AUDIENCE: 'test',
    RATE_LIMIT: '1000',
    REDIS_URL: `redis://:${CANARY.valkeyPassword}@127.0.0.1:1`,
  }));
  const send = (body: string, token: string, path = '/datasets') =>
    fetch(`${server.address}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        cookie: CANARY.cookie,
        'idempotency-key': CANARY.key,
      },
      body,
    }).then(({ status }) => status);

  it('are in no log line, span or metric of the API, not even when it fails', async () => {
    const good = JSON.stringify({ name: CANARY.body, description: CANARY.body });
    expect(await send(good, CANARY.token)).toBe(201);
    expect(await send(good, CANARY.token)).toBe(201);
    expect(await send(`{"name":"${CANARY.malformed}`, CANARY.token)).toBe(400);
    expect(await send(JSON.stringify({ [CANARY.body]: 1 }), CANARY.token)).toBe(400);
    expect(await send(good, CANARY.wrongToken)).toBe(401);
    expect(await send(good, CANARY.jwt)).toBe(503);
    expect(await send(good, CANARY.token, `/datasets?access_token=${CANARY.query}`)).toBe(400);
    // A bug of ours: PostgreSQL tells the whole row in the details of its error.
    await sql(`CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      RAISE EXCEPTION 'broken' USING DETAIL = NEW.name, HINT = NEW.description, ERRCODE = 'XX000'; END $$`);
    await sql('CREATE TRIGGER break BEFORE UPDATE ON datasets FOR EACH ROW EXECUTE FUNCTION break()');
    const failed = await fetch(`${server.address}/datasets/1`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${CANARY.token}` },
      body: JSON.stringify({ name: CANARY.body }),
    });
    await sql('DROP TRIGGER break ON datasets');
    expect([failed.status, await failed.text()]).toEqual([500, expect.not.stringContaining(CANARY.body)]);
    const links = await useKaggle();
    const metrics = await server.metrics();
    expect(await server.stop()).toBe(0);
    const logged = server.process.output();
    expect(logged).toMatch(/"level":"error".*broken/);
    expect(receiver.spans.some(({ name, status }) => name === 'PATCH /datasets/:id' && status === 2)).toBe(
      true,
    );
    expect(leaks({ logged, metrics, sent: receiver.raw() })).toEqual([]);
    for (const link of links)
      for (const [place, text] of Object.entries({ logged, metrics, sent: receiver.raw() }))
        expect(text.includes(link), place).toBe(false);
    const stored = await sql(`SELECT name FROM secrets UNION ALL SELECT name FROM datasets`);
    expect(leaks({ stored: JSON.stringify(stored) }).filter((leak) => !leak.startsWith('body'))).toEqual([]);
  });

  /** As a client with a key of Kaggle's, by a proxy; the secret parts of the links that it was given. */
  async function useKaggle(): Promise<string[]> {
    const basic = (key: string) => `Basic ${Buffer.from(`ada:${key}`).toString('base64')}`;
    const headers = {
      authorization: basic(CANARY.callersKey),
      'x-kaggle-authorization': `Bearer ${CANARY.callersKey}`,
      'proxy-authorization': basic(CANARY.proxyKey),
      'content-type': 'application/json',
    };
    await sql(`WITH mirror AS (INSERT INTO mirrors (owner, slug, version) VALUES ('canary', 'set', 1) RETURNING id)
      INSERT INTO versions (mirror_id, number, total_bytes, file_count, tree_sha256)
      SELECT id, 1, 0, 0, '\\x00' FROM mirror`);
    await sql(`INSERT INTO datasets (name, mirror_ref) VALUES ('Canary', 'canary/set')`);
    const redirect = await fetch(`${server.address}/api/v1/datasets/download/canary/set`, {
      headers,
      redirect: 'manual',
    });
    const link = redirect.headers.get('location') ?? '';
    expect(redirect.status).toBe(302);
    const secret = link.split('/')[2] ?? '';
    const signature = secret.split('.')[2] ?? '';
    expect(signature).toHaveLength(43);
    for (const [method, path] of [
      ['GET', link],
      ['POST', link],
      ['GET', link.replace('archive.zip', 'files/none')],
      ['GET', `/kaggle/${secret}/no/such/place`],
      ['PUT', `/%6baggle/${secret}`],
    ] as const)
      await fetch(`${server.address}${path}`, { method, headers });
    await fetch(`${server.address}/api/v1/security.OAuthService/IntrospectToken`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ token: CANARY.callersKey }),
    });
    return [signature];
  }

  it('are in no log line, span or metric of the job, nor are signed addresses', async () => {
    await mirror.offer('ada/set', 1, { 'a.csv': 'x'.repeat(10_000) });
    for (const effect of [
      { kind: 'reset', at: 100 },
      { kind: 'status', status: 503 },
      { kind: 'status', status: 403 },
    ] as const)
      mirror.kaggle.faults.add({ on: 'storage', effect });
    const told = await mirror.fetch(['--dataset', 'ada/set'], telling());
    expect(told.status, told.stdout).toBe(0);
    const refused = await mirror.fetch(['--dataset', 'ada/set'], {
      ...telling(),
      KAGGLE_API_TOKEN: CANARY.kaggleToken,
    });
    expect(refused.status, refused.stdout).toBe(1);
    const stored = JSON.stringify(
      await sql('SELECT last_error FROM mirrors UNION ALL SELECT error FROM syncs'),
    );
    const outputs = {
      told: told.stdout,
      refused: refused.stdout,
      stderr: told.stderr + refused.stderr,
      stored,
    };
    expect(receiver.spans.filter(({ kind }) => kind === 3).length).toBeGreaterThan(4);
    expect(leaks({ ...outputs, sent: receiver.raw() })).toEqual([]);
  });
});

function leaks(outputs: Record<string, string>): string[] {
  const secrets = { ...CANARY, signature: 'X-Goog-Signature' };
  return Object.entries(outputs).flatMap(([place, text]) =>
    Object.entries(secrets).flatMap(([name, secret]) =>
      text.includes(secret) || text.includes(Buffer.from(secret).toString('base64'))
        ? `${name} in ${place}`
        : [],
    ),
  );
}
