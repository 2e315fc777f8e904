import { describe, expect, it, vi } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { sendRaw } from '#tests/setup/raw-http.ts';
import { useServer } from './server.ts';

const CANARY = 'canary-refused-62fd';

describe.skipIf(!hasDatabase)('requests that are refused before they are read', () => {
  const server = useServer(useDatabase(), () => ({ REQUEST_TIMEOUT: '1000' }));

  it.each([
    ['no HTTP', `${CANARY}\r\n\r\n`, 400, 'bad-request'],
    [
      'too large a head',
      `GET /${CANARY} HTTP/1.1\r\nHost: x\r\nX: ${CANARY.repeat(1_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    ['half a head', `GET /${CANARY} HTTP/1.1\r\nHost: x\r\n`, 408, 'request-timeout'],
  ])('%s has a log line and is counted by its status', async (_what, bytes, status, reason) => {
    const { text } = await sendRaw(server.address, [bytes]);
    const [, id = ''] = /x-request-id: (\S+)/.exec(text) ?? [];
    expect(text).toContain(`HTTP/1.1 ${status} `);
    const metrics = await server.metrics();
    expect(metrics).toContain(
      `kaggle_data_http_refused_requests_total{http_response_status_code="${status}"} 1\n`,
    );
    // What a process writes may come after what it answers.
    const told = () =>
      server.process
        .output()
        .split('\n')
        .filter((line) => line.includes(id) && line.endsWith('}'))
        .map((line) => JSON.parse(line));
    await vi.waitFor(() => expect(told()).not.toEqual([]), { timeout: 10_000 });
    expect(told()).toEqual([expect.objectContaining({ level: 'info', request_id: id, status, reason })]);
    expect(server.process.output() + metrics).not.toContain('canary');
  });
});
