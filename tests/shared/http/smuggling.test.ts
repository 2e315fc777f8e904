import { beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { sendRaw } from '#tests/setup/raw-http.ts';

const SECOND = 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n';
const post = (fields: string, body = '') =>
  `POST /datasets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${fields}\r\n${body}`;

/** What a proxy and we could read as different requests: the second of them would be a stranger's. */
const ambiguous: [what: string, bytes: string][] = [
  ['a length and chunks', post('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n')],
  ['chunks and a length', post('Transfer-Encoding: chunked\r\nContent-Length: 4\r\n', '0\r\n\r\n')],
  ['two lengths', post('Content-Length: 2\r\nContent-Length: 0\r\n', '{}')],
  ['two lengths in one field', post('Content-Length: 2, 0\r\n', '{}')],
  ['a length with a sign', post('Content-Length: +2\r\n', '{}')],
  ['a length in hexadecimal', post('Content-Length: 0x2\r\n', '{}')],
  ['a negative length', post('Content-Length: -2\r\n', '{}')],
  ['a length beyond 64 bits', post('Content-Length: 18446744073709551618\r\n', '{}')],
  ['an unknown coding', post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n')],
  ['chunks that are not the last coding', post('Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n')],
  ['chunks behind a vertical tab', post('Transfer-Encoding: \vchunked\r\n', '0\r\n\r\n')],
  ['a space before the colon of a length', post('Content-Length : 2\r\n', '{}')],
  ['a space before the colon of a coding', post('Transfer-Encoding : chunked\r\n', '0\r\n\r\n')],
  ['a tab before the colon', post('Content-Length\t: 2\r\n', '{}')],
  ['a folded line', post('X-Folded: a\r\n b\r\nContent-Length: 2\r\n', '{}')],
  ['a coding on a folded line', post('Transfer-Encoding:\r\n chunked\r\n', '0\r\n\r\n')],
  ['a space before the first field', 'GET /datasets HTTP/1.1\r\n Host: x\r\n\r\n'],
  ['lines that end in LF', 'GET /datasets HTTP/1.1\nHost: x\n\n'],
  ['a field that ends in LF', 'GET /datasets HTTP/1.1\r\nHost: x\nX: y\r\n\r\n'],
  ['a head that ends in LF', 'GET /datasets HTTP/1.1\r\nHost: x\r\n\n'],
  ['a field that ends in CR', 'GET /datasets HTTP/1.1\r\nHost: x\rX: y\r\n\r\n'],
  ['NUL in a field', 'GET /datasets HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n'],
  ['a chunk larger than 64 bits', post('Transfer-Encoding: chunked\r\n', `1${'0'.repeat(16)}2\r\n{}\r\n`)],
  ['a chunk size in words', post('Transfer-Encoding: chunked\r\n', '0x2\r\n{}\r\n0\r\n\r\n')],
  ['a chunk size that ends in LF', post('Transfer-Encoding: chunked\r\n', '2\n{}\r\n0\r\n\r\n')],
  ['a chunk longer than its size', post('Transfer-Encoding: chunked\r\n', '2\r\n{}}\r\n0\r\n\r\n')],
];

describe.skipIf(!hasDatabase)('a request that can be read in two ways', () => {
  const api = useApi(useDatabase());
  let address = '';
  beforeAll(async () => {
    address = await api.app.listen({ host: '127.0.0.1', port: 0 });
  });
  const answersTo = async (...parts: string[]) => {
    const { text, ms } = await sendRaw(address, parts);
    return { statuses: [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)), ms };
  };

  it('is told apart from two requests, which get two answers', async () => {
    const last = SECOND.replace('Host', 'Connection: close\r\nHost');
    const { statuses } = await answersTo(post('Content-Length: 12\r\n', '{"name":"x"}') + last);
    expect(statuses).toEqual([201, 200]);
  });

  it.each(ambiguous)('is refused, and what follows it is not read: %s', async (_what, bytes) => {
    for (const parts of [[bytes + SECOND], [bytes, SECOND]]) {
      const { statuses, ms } = await answersTo(...parts);
      expect(statuses).toEqual([400]);
      expect(ms, 'closes at once').toBeLessThan(5_000);
    }
  });
});
