import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { createListener, type Listener } from '#shared/data/listen.ts';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

/** More milliseconds than a test may take: what resolves was notified. */
const FOR_EVER = 600_000;

describe.skipIf(!hasDatabase)('a listener', () => {
  const database = useDatabase();
  const sql = useSql(database);
  const opened: Listener[] = [];
  afterEach(() => Promise.all(opened.splice(0).map((listener) => listener.close())));
  const { signal } = new AbortController();
  const listen = (channel: string) => {
    const listener = createListener(database.url, channel);
    opened.push(listener);
    return listener;
  };

  it('wakes when it begins, as something may have come before, and then at each notification', async () => {
    const listener = listen('news');
    await listener.next(FOR_EVER, signal);
    const next = listener.next(FOR_EVER, signal);
    await sql("SELECT pg_notify('news', '')");
    await next;
    await sql("SELECT pg_notify('news', '')");
    await listener.next(FOR_EVER, signal);
  });

  it('is a clock without notifications, or without a database', async () => {
    const listener = listen('news');
    await listener.next(FOR_EVER, signal);
    await listener.next(10, signal);
    await createListener('postgres://nobody@127.0.0.1:1/none', 'news').next(10, signal);
  });

  it('wakes when it is told to stop, and leaves nothing on what told it', async () => {
    const listener = listen('news');
    await listener.next(FOR_EVER, signal);
    for (let i = 0; i < 3; i++) await listener.next(1, signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    const stop = new AbortController();
    const next = listener.next(FOR_EVER, stop.signal);
    stop.abort();
    await next;
  });
});
