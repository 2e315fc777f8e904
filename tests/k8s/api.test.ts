import { describe, expect, it } from 'vitest';
import { hasCluster, product } from './setup/cluster.ts';
import { podsOf, usePlatform } from './setup/platform.ts';

describe.skipIf(!hasCluster)('the platform, installed from zero', () => {
  const platform = usePlatform();
  const { api } = platform;

  const create = async (body: object) => {
    const answer = await api('/datasets', { method: 'POST', body });
    expect(answer.status, answer.body.toString()).toBe(201);
    return answer;
  };

  it('is ready: database, migrations, volume', async () => {
    expect((await api('/ready')).json()).toEqual({
      status: 'ready',
      checks: { database: 'ok', volume: 'ok' },
    });
  });

  it('creates, reads, replaces and deletes a dataset', async () => {
    const created = await create({ name: 'through Kourier' });
    const path = `/datasets/${created.json().id}`;
    expect(created.headers.location).toBe(path);
    expect((await api(path)).json()).toEqual(created.json());
    const replaced = await api(path, { method: 'PUT', body: { name: 'renamed' } });
    expect(replaced.json()).toMatchObject({ name: 'renamed', description: null });
    expect((await api(path, { method: 'DELETE' })).status).toBe(204);
    expect((await api(path)).status).toBe(404);
  });

  it('answers conditional requests with the ETag that came through the proxies', async () => {
    const created = await create({ name: 'conditional' });
    const path = `/datasets/${created.json().id}`;
    const etag = String(created.headers.etag);
    expect(etag).toMatch(/^"/);
    const unchanged = await api(path, { headers: { 'if-none-match': etag } });
    expect([unchanged.status, unchanged.body.length]).toEqual([304, 0]);
    const change = (name: string) =>
      api(path, { method: 'PUT', body: { name }, headers: { 'if-match': etag } });
    expect((await change('first')).status).toBe(200);
    expect((await change('second')).status).toBe(412);
  });

  it('pages without losing or repeating a dataset', async () => {
    const names = ['page a', 'page b', 'page c', 'page d', 'page e'];
    for (const name of names) await create({ name });
    const seen: string[] = [];
    for (let next: string | null = '/datasets?limit=2'; next !== null; ) {
      const { datasets, next_cursor } = (await api(next)).json();
      seen.push(...datasets.map(({ name }: { name: string }) => name));
      next = next_cursor === null ? null : `/datasets?limit=2&cursor=${encodeURIComponent(next_cursor)}`;
    }
    expect(seen.filter((name) => name.startsWith('page '))).toEqual(names);
  });

  it('explains a bad request as problem+json', async () => {
    const refused = await api('/datasets', { method: 'POST', body: {} });
    expect(refused.status).toBe(400);
    expect(refused.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(refused.json()).toMatchObject({ status: 400, errors: [{ pointer: '/name' }] });
  });

  it('keeps the caller’s request id through the proxies', async () => {
    const answer = await api('/health', { headers: { 'x-request-id': 'from-outside-1' } });
    expect(answer.headers['x-request-id']).toBe('from-outside-1');
  });

  it('runs as an ordinary user without rights, on a root that cannot be written', async () => {
    const [pod] = await podsOf(platform);
    const container = pod?.spec.containers.find(({ image }: { image: string }) => image === product);
    expect(container.securityContext).toMatchObject({
      runAsNonRoot: true,
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod?.spec.automountServiceAccountToken).toBe(false);
    const look = `const fs = require('fs');
      const denied = (path) => { try { fs.writeFileSync(path, ''); return 'written'; } catch (error) { return error.code; } };
      console.log(JSON.stringify([process.getuid(), denied('/app/x'), denied('/data/x'), denied('/tmp/x')]));`;
    const seen = await platform.kubectl(
      'exec',
      String(pod?.metadata.name),
      '--container',
      container.name,
      '--',
      '/nodejs/bin/node',
      '-e',
      look,
    );
    expect(JSON.parse(seen)).toEqual([65532, 'EROFS', 'EROFS', 'written']);
  });

  it('changes nothing when it is installed again', async () => {
    const before = await platform.get('ksvc', 'kaggle-data-api');
    const again = await platform.make('app');
    expect(again.stderr).not.toContain('error:');
    expect(again.code).toBe(0);
    const after = await platform.get('ksvc', 'kaggle-data-api');
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(after.status.latestReadyRevisionName).toBe(before.status.latestReadyRevisionName);
  });

  it('shows itself: make status, make logs, kn service list and describe', async () => {
    const status = await platform.make('status');
    expect(status.stdout).toContain('kaggle-data-api');
    expect(status.stdout).toMatch(/curl -H "Host: kaggle-data-api\./);
    await api('/datasets');
    const logs = await platform.make('logs');
    expect(logs.stdout).toContain('"route":"/datasets"');
    expect((await platform.attempt('kn', 'service', 'list')).stdout).toMatch(/kaggle-data-api .* True/);
    const described = await platform.attempt('kn', 'service', 'describe', 'kaggle-data-api');
    expect(described.stdout).toContain(product);
  });
});
