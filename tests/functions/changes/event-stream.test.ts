import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { changesGroup } from '#functions/changes/group.ts';
import { listChanges } from '#functions/changes/list-changes.ts';
import { lambdaHandler } from '#functions/host/lambda.ts';
import { byLambda, type Handler } from '#tests/lambda/transports.ts';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';

interface Event {
  id?: string;
  event?: string;
  data?: string;
}

describe.skipIf(!hasDatabase)('GET /changes as Server-Sent Events', () => {
  const database = useDatabase();
  const api = useApi(database, { CHANGES_STREAM_SECONDS: '3' });
  let address: Promise<string> | undefined;
  const create = (name: string) => api.post('/datasets', { name });

  async function open(query: string, headers: Record<string, string> = {}) {
    address ??= api.app.listen({ host: '127.0.0.1', port: 0 });
    const left = new AbortController();
    onTestFinished(() => left.abort());
    const response = await fetch(`${await address}/changes${query}`, {
      headers: { accept: 'text/event-stream', ...headers },
      signal: left.signal,
    });
    const events: Event[] = [];
    const ended = (async () => {
      let text = '';
      for await (const chunk of response.body ?? []) {
        text += Buffer.from(chunk).toString();
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks)
          events.push(
            Object.fromEntries(
              block.split('\n').flatMap((line) => {
                const [, name = '', value] = /^(\w+): (.*)$/.exec(line) ?? [];
                return name === '' ? [] : [[name, value]];
              }),
            ),
          );
      }
    })();
    const names = () =>
      events.flatMap(({ event, data }) => (event || !data ? [] : [JSON.parse(data).data.name]));
    ended.catch(() => {});
    return { response, events, ended, names };
  }

  it('tells what is there and what comes, and says why it ends', async () => {
    await create('before');
    const { response, events, ended, names } = await open('');
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    await vi.waitFor(() => expect(names()).toEqual(['before']), 10_000);
    await create('meanwhile');
    await ended;
    expect(names()).toEqual(['before', 'meanwhile']);
    expect(events.at(-1)).toMatchObject({ event: 'end', data: '{"reason":"time"}', id: expect.any(String) });
    const changes = events.filter(({ event, data }) => data && !event);
    for (const { id, data = '' } of changes) expect(JSON.parse(data).id).toBe(id);
  });

  it('goes on behind Last-Event-ID, which wins over after', async () => {
    const start = (await api.get('/changes?after=now')).json().next_cursor;
    await create('one');
    await create('two');
    const [one] = (await api.get(`/changes?after=${start}`)).json().changes;
    const { names, ended } = await open(`?after=${start}`, { 'last-event-id': one.id });
    await vi.waitFor(() => expect(names()).toEqual(['two']), 10_000);
    await ended;
    expect((await open('', { 'last-event-id': 'x' })).response.status).toBe(400);
    expect((await open('?limit=0')).response.status).toBe(400);
  });

  it('begins now, filters, and gives a place to one whom nothing is for', async () => {
    await create('too early');
    const { events, ended, names } = await open('?after=now&type=dataset.deleted');
    await vi.waitFor(() => expect(events.some(({ id }) => id)).toBe(true), 10_000);
    await create('not of the type');
    await ended;
    expect(names()).toEqual([]);
    const { next_cursor } = (await api.get('/changes?after=now')).json();
    expect((await open('', { 'last-event-id': String(events.at(-1)?.id) })).response.status).toBe(200);
    expect(events.at(-1)?.id).toBe(next_cursor);
  });

  it('is not sent for HEAD, and is a page for who accepts anything', async () => {
    const headers = { accept: 'text/event-stream' };
    const head = await api.send({ method: 'HEAD', url: '/changes', headers });
    expect([head.status, head.text]).toEqual([200, '']);
    expect((await api.get('/changes', { accept: '*/*' })).headers['content-type']).toContain('json');
    expect((await api.get('/changes', { accept: 'image/png' })).status).toBe(406);
  });

  it('is not on Lambda, where waiting ends at 20 seconds', { timeout: 60_000 }, async () => {
    const settings = { DATABASE_URL: database.url, AUTH: 'off', RATE_LIMIT: 'off', LOG_LEVEL: 'silent' };
    for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const handler = (await lambdaHandler(changesGroup, listChanges)) as Handler;
    const headers = { accept: 'text/event-stream', host: 'api.test' };
    const refused = await byLambda(handler, 2, { method: 'GET', url: '/changes', headers });
    expect(refused.status).toBe(501);
    expect(JSON.parse(refused.body.toString()).type).toBe('/problems/not-on-lambda');
    const begun = performance.now();
    const url = '/changes?after=now&wait=50';
    const { status } = await byLambda(handler, 2, { method: 'GET', url, headers: { host: 'api.test' } });
    expect(status).toBe(200);
    expect(performance.now() - begun).toBeGreaterThan(19_000);
    expect(performance.now() - begun).toBeLessThan(45_000);
  });
});
