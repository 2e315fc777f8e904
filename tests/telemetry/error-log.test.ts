import { connect } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useServer } from './server.ts';

const CUT = [
  'Content-Length: 100\r\n\r\n{"na',
  'Transfer-Encoding: chunked\r\n\r\n4\r\n{"na\r\n',
  'Transfer-Encoding: chunked\r\n\r\nzz\r\n',
];

describe.skipIf(!hasDatabase)('the log', () => {
  const server = useServer(useDatabase(), () => ({ LOG_LEVEL: 'info' }));
  const lines = () => server.process.output().split('\n');

  it('has no error for what clients break off or what is not here yet', async () => {
    const { hostname, port } = new URL(server.address);
    for (const rest of CUT) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {});
      socket.write(
        `POST /datasets HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${rest}`,
        () => setTimeout(() => socket.destroy(), 100),
      );
      await new Promise((resolve) => socket.once('close', resolve));
    }
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ name: 'x', source_url: 'https://www.kaggle.com/datasets/ada/soon' });
    expect((await fetch(`${server.address}/datasets`, { method: 'POST', headers, body })).status).toBe(201);
    expect((await fetch(`${server.address}/datasets/1/versions/latest/SHA256SUMS`)).status).toBe(503);
    // The last request is in the log after all before it.
    await vi.waitFor(() => expect(lines().some((line) => line.includes('SHA256SUMS'))).toBe(true), 10_000);
    expect(lines().filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });
});
