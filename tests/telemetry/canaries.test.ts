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
    const metrics = await server.metrics();
    expect(await server.stop()).toBe(0);
    const logged = server.process.output();
    expect(logged).toMatch(/"level":"error".*broken/);
    expect(receiver.spans.some(({ name, status }) => name === 'PATCH /datasets/:id' && status === 2)).toBe(
      true,
    );
    expect(leaks({ logged, metrics, sent: receiver.raw() })).toEqual([]);
  });

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
