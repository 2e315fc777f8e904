import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createRuntime } from '#functions/host/runtime.ts';
import { groups } from '#functions/index.ts';
import { loadConfig } from '#shared/config/load-config.ts';
import { ServerConfig } from '#shared/config/server-config.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useSql } from '#tests/setup/sql.ts';

const GET = '/v1/datasets.DatasetApiService/GetDataset';

describe.skipIf(!hasDatabase)('a client that is held', () => {
  const database = useDatabase();
  const sql = useSql(database);
  let count = 0;
  const listen = async ({ onLambda = false } = {}) => {
    const config = loadConfig(ServerConfig, {
      DATABASE_URL: database.url,
      AUTH: 'off',
      RATE_LIMIT: 'off',
      MIRROR_PULL_THROUGH: '*',
      MAX_CONCURRENT_REQUESTS: '20',
    });
    const runtime = await createRuntime(groups, config, createLogger({ level: 'silent', name: 'test' }), {
      onLambda,
    });
    let closed: Promise<void> | undefined;
    const close = () => (closed ??= runtime.close());
    onTestFinished(close);
    return { close, address: await runtime.app.listen({ host: '127.0.0.1', port: 0 }) };
  };
  const ask = (address: string, slug: string, signal?: AbortSignal) =>
    fetch(address + GET, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ownerSlug: 'ada', datasetSlug: slug }),
      ...(signal && { signal }),
    });
  const waiting = (slug: string) =>
    vi.waitFor(
      async () =>
        expect(
          await sql('SELECT FROM syncs JOIN mirrors ON mirrors.id = mirror_id WHERE slug = $1', [slug]),
        ).toHaveLength(1),
      20_000,
    );

  it('is let go when the process drains, with how far it is', async () => {
    const slug = `set-${count++}`;
    const { address, close } = await listen();
    const held = ask(address, slug);
    await waiting(slug);
    await sql(`UPDATE syncs SET state = 'running', phase = 'download', bytes_done = 43, bytes_total = 100,
      lease_until = now() + interval '1 hour' WHERE finished_at IS NULL`);
    await close();
    const response = await held;
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '10']);
    expect(await response.json()).toMatchObject({
      code: 503,
      message: expect.stringMatching(
        /ada\/set-0 .*43 % downloaded, sync \d+\. Run the same command again later/,
      ),
    });
  });

  it('takes no place of others, however many are held, and leaves when it hangs up', {
    timeout: 60_000,
  }, async () => {
    const slug = `set-${count++}`;
    const { address } = await listen();
    const leave = new AbortController();
    const hold = async (): Promise<string> => {
      try {
        // Those who arrive at the same moment are still in work, and may be refused.
        while ((await ask(address, slug, leave.signal)).status === 503) await sleep(20);
        return 'an answer';
      } catch (error) {
        return (error as Error).name;
      }
    };
    const held: Promise<string>[] = [];
    for (let at = 0; at < 100; at += 5) {
      for (let more = 0; more < 5; more++) held.push(hold());
      await vi.waitFor(
        async () => expect((await fetch(`${address}/datasets?limit=1`)).status).toBe(200),
        20_000,
      );
    }
    await waiting(slug);
    expect((await fetch(`${address}/datasets`)).status).toBe(200);
    leave.abort();
    expect(new Set(await Promise.all(held))).toEqual(new Set(['AbortError']));
    expect(
      await sql(
        "SELECT FROM syncs JOIN mirrors ON mirrors.id = mirror_id WHERE slug = $1 AND syncs.state = 'queued'",
        [slug],
      ),
    ).toHaveLength(1);
  });

  it('is told to come again after its time, which is shorter on Lambda', { timeout: 60_000 }, async () => {
    const slug = `set-${count++}`;
    const { address } = await listen({ onLambda: true });
    const begun = performance.now();
    const response = await ask(address, slug);
    expect([response.status, ((await response.json()) as { message: string }).message]).toEqual([
      503,
      expect.stringMatching(/queued at place \d+/),
    ]);
    expect(performance.now() - begun).toBeGreaterThan(19_000);
  });
});
