import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CloudEvent, HTTP } from 'cloudevents';
import { Webhook } from 'standardwebhooks';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { accept, type Received, useReceiver } from '#tests/setup/receiver.ts';
import { useSql } from '#tests/setup/sql.ts';

const secret = (byte: number) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;
const OLD = secret(1);
const NEW = secret(2);

describe.skipIf(!hasDatabase)('the job delivers changes', { timeout: 120_000 }, () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const api = useApi(database);
  const sql = useSql(database);
  const [webhook, sink, other, goal] = [useReceiver(), useReceiver(), useReceiver(), useReceiver()];
  const events = ({ received }: { received: Received[] }) => received.map(({ body }) => JSON.parse(body));
  const names = (receiver: { received: Received[] }) => events(receiver).map(({ data }) => data.name);
  const create = async (name: string) => (await api.post('/datasets', { name })).json();
  const rename = (id: number, name: string) =>
    api.send({ method: 'PATCH', url: `/datasets/${id}`, payload: { name } });
  const env = (urls: readonly string[] = [webhook.url]) => ({
    WEBHOOK_URLS: urls.join(','),
    WEBHOOK_SECRET: NEW,
    PUBLIC_URL: 'https://data.example.org/',
  });
  /** A run with nothing to mirror. */
  const run = (more: Record<string, string> = env()) => mirror.fetch(['--queued'], more);
  const deliveries = async (query = '') => (await api.get(`/deliveries${query}`)).json().deliveries;
  const due = () => sql('UPDATE deliveries SET next_at = now() WHERE next_at IS NOT NULL');

  beforeEach(async () => {
    for (const receiver of [webhook, sink, other, goal])
      Object.assign(receiver, { received: [], answer: accept });
    await sql('TRUNCATE changes, deliveries, delivery_targets, datasets CASCADE');
  });

  it('as CloudEvents, which the SDK of CloudEvents reads', async () => {
    const { id } = await create('Ä "new" one');
    expect(
      (await run({ ...env(), K_SINK: sink.url, K_CE_OVERRIDES: '{"extensions":{"stage":"test"}}' })).status,
    ).toBe(0);
    const [change] = (await api.get('/changes')).json().changes;
    for (const { received } of [webhook, sink]) {
      expect(received).toHaveLength(1);
      const { headers, body } = received[0] as Received;
      const event = HTTP.toEvent({ headers, body });
      if (Array.isArray(event)) throw new Error('one event was sent');
      expect(new CloudEvent(event).validate()).toBe(true);
      expect(event).toMatchObject({
        specversion: '1.0',
        type: 'com.kaggle-data-api.dataset.created',
        source: 'https://data.example.org',
        subject: `datasets/${id}`,
        id: change.id,
        data: change.data,
      });
      expect(JSON.parse(body).time).toBe(change.time);
    }
    expect(events(sink)[0].stage).toBe('test');
    expect(sink.received[0]?.headers['webhook-signature']).toBeUndefined();
  });

  it('signed as Standard Webhooks say, by both secrets while they are rotated', async () => {
    await create('signed');
    await run({ ...env(), WEBHOOK_SECRET: `${NEW},${OLD}` });
    const { headers, body } = webhook.received[0] as Received;
    for (const known of [OLD, NEW])
      expect(new Webhook(known).verify(body, headers as Record<string, string>)).toMatchObject({
        specversion: '1.0',
      });
    expect(() => new Webhook(secret(3)).verify(body, headers as Record<string, string>)).toThrow();
    expect(() => new Webhook(NEW).verify(`${body} `, headers as Record<string, string>)).toThrow();
    expect(headers['webhook-id']).toBe(JSON.parse(body).id);
  });

  it('once, by whatever run comes next', async () => {
    const { id } = await create('first');
    await run();
    await rename(id, 'second');
    await Promise.all([run(), run()]);
    await run();
    expect(names(webhook)).toEqual(['first', 'second']);
  });

  it('at the end of a run, with what the run itself changed', async () => {
    await mirror.offer('ada/delivered', 1, { 'a.csv': 'x\n1\n' });
    await mirror.fetch(['--dataset', 'ada/delivered'], env());
    expect(events(webhook).map(({ type }) => type.replace('com.kaggle-data-api.', ''))).toEqual([
      'dataset.created',
      'version.ready',
      'tables.ready',
    ]);
  });

  it('while it watches, within moments', async () => {
    const child = mirror.start(['--queued', '--watch'], env());
    try {
      await create('seen');
      await vi.waitFor(() => expect(names(webhook)).toEqual(['seen']), { timeout: 30_000, interval: 20 });
      await create('seen too');
      await vi.waitFor(() => expect(names(webhook)).toEqual(['seen', 'seen too']), {
        timeout: 30_000,
        interval: 20,
      });
    } finally {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      expect((await exited)[0]).toBe(0);
    }
  });

  it('again after pauses, in the order of each subject, and holds nobody else up', async () => {
    const [one, two] = [await create('one'), await create('two')];
    await rename(one.id, 'one renamed');
    let refused = 0;
    webhook.answer = (response, _request, { body }) => {
      const wrong = JSON.parse(body).subject === `datasets/${one.id}` && refused++ < 2;
      response.writeHead(wrong ? 503 : 200).end();
    };
    await run(env([webhook.url, other.url]));
    expect(names(other)).toEqual(['one', 'two', 'one renamed']);
    expect(names(webhook).filter((name) => name !== 'two')).toEqual(['one', 'one', 'one', 'one renamed']);
    const times = webhook.received
      .filter(({ body }) => JSON.parse(body).data.name === 'one')
      .map(({ at }) => at);
    expect(Number(times[1]) - Number(times[0])).toBeGreaterThan(900);
    expect(Number(times[2]) - Number(times[1])).toBeGreaterThan(4_900);
    expect(await deliveries('?state=pending')).toEqual([]);
    expect(two.id).toBeGreaterThan(0);
  });

  it('not to a receiver that redirects, refuses, or knows nothing', async () => {
    const answers = [
      [webhook, 301, { location: goal.url }],
      [sink, 500, {}],
      [other, 404, {}],
    ] as const;
    for (const [receiver, status, fields] of answers)
      receiver.answer = (response) => {
        response.writeHead(status, fields).end('x'.repeat(200_000));
      };
    await create('refused');
    await run({ ...env([webhook.url, other.url]), K_SINK: sink.url });
    expect(goal.received).toEqual([]);
    const found = await deliveries();
    for (const [receiver, status] of answers)
      expect(found).toContainEqual({
        id: expect.any(Number),
        change_id: expect.stringMatching(/^c/),
        target: new URL(receiver.url).host,
        state: 'pending',
        attempts: receiver.received.length,
        next_at: expect.any(String),
        last_status: status,
        last_error: `The receiver responded with ${status}.`,
      });
  });

  it('nor to one that sends garbage, breaks off, never answers, or is not there; and tells no secret', async () => {
    webhook.answer = (response, request) => {
      request.socket.end('garbage\r\n\r\n');
      response.destroy();
    };
    sink.answer = () => {};
    // It took the change, and what it says to that never ends.
    other.answer = (response) => void response.writeHead(200).write('taken');
    const gone = 'http://127.0.0.1:1/?token=hidden';
    await create('lost');
    // To its end, the run would wait for silence three times.
    const child = mirror.start(['--queued'], { ...env([webhook.url, other.url, gone]), K_SINK: sink.url });
    const output = [child.stdout, child.stderr].map((stream) => text(stream as Readable));
    const exited = once(child, 'exit');
    let found: { state: string; attempts: number; last_status: number | null; last_error: string }[] = [];
    await vi.waitFor(
      async () => {
        found = await deliveries();
        expect(found.filter(({ attempts }) => attempts > 0)).toHaveLength(4);
      },
      { timeout: 60_000, interval: 100 },
    );
    child.kill('SIGTERM');
    await exited;
    expect(found.map(({ state, last_status }) => [state, last_status]).toSorted()).toEqual([
      ['delivered', 200],
      ...[0, 1, 2].map(() => ['pending', null]),
    ]);
    expect(found.map(({ last_error }) => last_error).join()).toContain('15 seconds');
    expect(JSON.stringify([found, await Promise.all(output)])).not.toContain('hidden');
  });

  it('to one that was down for days, until they are dead, and again when it is told to', async () => {
    webhook.answer = (response) => void response.writeHead(503).end();
    const { id } = await create('one');
    await rename(id, 'two');
    await run();
    expect((await deliveries()).map(({ state }: { state: string }) => state)).toEqual(['pending', 'pending']);
    await sql(`UPDATE deliveries SET first_at = now() - interval '3 days' WHERE attempts > 0`);
    await due();
    await run();
    const [second, first] = await deliveries();
    expect([first.state, first.next_at, second.state]).toEqual(['dead', null, 'pending']);
    webhook.answer = accept;
    webhook.received = [];
    expect((await api.post(`/deliveries/${first.id}/retry`, undefined)).status).toBe(202);
    await run();
    expect(names(webhook)).toEqual(['one', 'two']);
    expect((await deliveries('?state=delivered')).length).toBe(2);
  });

  it('thousands, of many subjects, when a receiver comes back', async () => {
    await sql(`WITH d AS (INSERT INTO datasets (name) SELECT 'many ' || i FROM generate_series(1, 500) i RETURNING *)
      INSERT INTO changes (id, type, subject, dataset_ids, data)
      SELECT nextval('changes_ids'), 'mirror.failed', 'mirrors/a/' || d.id, ARRAY[d.id],
        json_build_object('ref', 'a/' || d.id, 'version', round) FROM generate_series(1, 6) round, d`);
    await run();
    const seen = events(webhook);
    expect(seen).toHaveLength(3_000);
    for (const [, bySubject] of Map.groupBy(seen, ({ subject }) => subject))
      expect(bySubject.map(({ data }) => data.version)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  /** The next request is held until it is answered by hand. */
  const holdOne = (): Promise<ServerResponse> =>
    new Promise((resolve) => {
      webhook.answer = (response) => {
        webhook.answer = accept;
        resolve(response);
      };
    });

  it('in the place of a job that died while the clock was ahead', async () => {
    await create('first');
    await run();
    await sql(
      `UPDATE delivery_targets SET holder = gen_random_uuid(), lease_until = now() + interval '3 days'`,
    );
    await create('second');
    await run();
    expect(names(webhook)).toEqual(['first', 'second']);
  });

  it('not by a job whose place another has taken', async () => {
    const { id } = await create('one');
    await rename(id, 'two');
    const held = holdOne();
    const late = mirror.start(['--queued'], env());
    const exited = once(late, 'exit');
    const response = await held;
    // As when the clock steps forward, or the job was frozen for a minute.
    await sql(`UPDATE delivery_targets SET lease_until = now() - interval '1 second'`);
    await run();
    expect(names(webhook)).toEqual(['one', 'one', 'two']);
    response.writeHead(204).end();
    expect((await exited)[0]).toBe(0);
    expect(names(webhook)).toEqual(['one', 'one', 'two']);
    expect((await deliveries()).map(({ attempts }: { attempts: number }) => attempts)).toEqual([1, 1]);
  });

  it('keeps nothing of what a job did after another took its place', async () => {
    await create('one');
    const held = holdOne();
    const late = mirror.start(['--queued'], env());
    const exited = once(late, 'exit');
    const response = await held;
    const holder = '00000000-0000-4000-8000-000000000001';
    await sql(`UPDATE delivery_targets SET holder = '${holder}', lease_until = now() + interval '1 minute'`);
    response.writeHead(503).end();
    expect((await exited)[0]).toBe(0);
    expect(await deliveries()).toMatchObject([{ state: 'pending', attempts: 0, last_status: null }]);
    expect(await sql('SELECT holder FROM delivery_targets')).toEqual([{ holder }]);
  });

  it('while it watches, also after the database refused what it was told', async () => {
    const held = holdOne();
    const child = mirror.start(['--queued', '--watch'], env());
    const exited = once(child, 'exit');
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        output += chunk;
      });
    try {
      await create('one');
      const response = await held;
      await sql('ALTER TABLE deliveries ADD CONSTRAINT refused CHECK (attempts = 0)');
      try {
        response.writeHead(204).end();
        await vi.waitFor(() => expect(output).toContain('changes could not be delivered'), {
          timeout: 30_000,
          interval: 20,
        });
      } finally {
        await sql('ALTER TABLE deliveries DROP CONSTRAINT refused');
      }
      await create('two');
      await vi.waitFor(() => expect(names(webhook)).toEqual(['one', 'one', 'two']), {
        timeout: 30_000,
        interval: 20,
      });
    } finally {
      child.kill('SIGTERM');
      expect((await exited)[0]).toBe(0);
    }
  });

  it('when the clock was put back or forward during a pause', async () => {
    let refusals = 0;
    webhook.answer = (response) => void response.writeHead(refusals-- > 0 ? 503 : 204).end();
    const repeated = async (name: string, step: string) => {
      refusals = 2;
      await create(name);
      await vi.waitFor(() => expect(names(webhook)).toContain(name), { timeout: 30_000, interval: 20 });
      // To what is stored a clock goes forward as the times go back.
      await vi.waitFor(
        async () => {
          const moved = await sql(`UPDATE deliveries SET next_at = next_at - interval '${step}',
            first_at = first_at - interval '${step}' WHERE state = 'pending' AND attempts > 0 RETURNING id`);
          expect(moved).toHaveLength(1);
        },
        { timeout: 30_000, interval: 20 },
      );
      await vi.waitFor(async () => expect(await deliveries('?state=pending')).toEqual([]), {
        timeout: 60_000,
        interval: 50,
      });
      expect(names(webhook).filter((one) => one === name)).toHaveLength(3);
    };
    const child = mirror.start(['--queued', '--watch'], env());
    try {
      await repeated('back', '-1 day');
      await repeated('forward', '4 days');
      expect(await deliveries('?state=dead')).toEqual([]);
    } finally {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    }
  });

  it('with settings that are wrong it does not start', async () => {
    const wrong = async (more: Record<string, string>) => {
      const { status, stderr } = await run(more);
      expect(status).toBe(2);
      return stderr;
    };
    expect(await wrong({ WEBHOOK_URLS: webhook.url })).toContain('WEBHOOK_SECRET');
    expect(await wrong({ ...env(), WEBHOOK_SECRET: 'whsec_short' })).toContain('WEBHOOK_SECRET');
    expect(await wrong({ ...env(), WEBHOOK_SECRET: [NEW, OLD, NEW].join() })).toContain('WEBHOOK_SECRET');
    expect(await wrong({ ...env(['ftp://x']) })).toContain('WEBHOOK_URLS');
    expect(await wrong({ K_SINK: 'sink' })).toContain('K_SINK');
  });
});
