import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { countInMemory } from '#shared/http/rate-limit.ts';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';

describe.skipIf(!hasDatabase)('who counts as one client', () => {
  const database = useDatabase();
  const behindOne = useApi(database, { RATE_LIMIT: '1000000', TRUST_PROXY: '1' });
  const behindRange = useApi(database, { RATE_LIMIT: '1000000', TRUST_PROXY: '10.0.0.0/8,2001:db8:f::/48' });
  const direct = useApi(database, { RATE_LIMIT: '1000000' });

  /** How many requests the client has made, this one included. */
  const countOf = async (api: typeof direct, remoteAddress: string, forwarded?: string | string[]) => {
    const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
    const { headers: fields } = await api.send({ method: 'GET', url: '/x', remoteAddress, headers });
    return 1_000_000 - Number(/r=(\d+)/.exec(String(fields.ratelimit))?.[1]);
  };

  it.each([
    ['an IPv4 address', ['192.0.2.1', '192.0.2.1:5000', '192.0.2.1:5001', ' 192.0.2.1 ', '"192.0.2.1:80"']],
    [
      'an IPv4 address, mapped',
      ['192.0.2.2', '::ffff:192.0.2.2', '::FFFF:192.0.2.2', '[::ffff:c000:202]:443'],
    ],
    [
      'an IPv4 address, mapped and written out',
      ['0:0:0:0:0:ffff:192.0.2.3', '::ffff:c000:0203', '192.0.2.3'],
    ],
    ['an IPv4 address, translated by NAT64', ['64:ff9b::192.0.2.4', '[64:ff9b::c000:204]', '192.0.2.4']],
    [
      'a /64 of IPv6',
      [
        '2001:db8:1:2::1',
        '2001:DB8:1:2::ffff',
        '2001:0db8:0001:0002:0003:0004:0005:0006',
        '[2001:db8:1:2::9]:5000',
        '[2001:db8:1:2::a]',
        '2001:db8:1:2:0:0:192.0.2.1',
        '2001:db8:1:2::1%eth0',
      ],
    ],
    ['a link-local address with any zone', ['fe80::1', 'fe80::1%eth0', '[fe80::1%25wlan0]:80', 'FE80::2%1']],
    ['a /64 that begins with zeros', ['::1', '0:0:0:0:0:0:0:1', '[::1]:80', '::']],
  ])('%s, however it is spelled', async (_what, spellings) => {
    for (const [index, spelling] of spellings.entries())
      expect(await countOf(behindOne, '198.51.100.1', spelling), spelling).toBe(index + 1);
  });

  it.each(['192.0.2.77', '2001:db8:1:3::1', '2001:db8:2:2::1', '::ffff:192.0.2.78'])(
    '%s is another one',
    async (address) => {
      expect(await countOf(behindOne, '198.51.100.1', address)).toBe(1);
    },
  );

  it('the peer, where the proxy names no address', async () => {
    const texts = [
      'unknown',
      '_hidden',
      '_SEVKISEK:80',
      'localhost',
      '256.1.1.1',
      '01.02.03.04',
      '1.2.3',
      '1.2.3.4.5',
      '1.2.3.4/8',
      '0x7f.1',
      '16909060',
      '2001:db8::1::2',
      '[2001:db8::1',
      '2001:db8:1:2:3:4:5:6:7',
      'g::1',
      ':::',
      '%',
      '::1]',
      'a'.repeat(5_000),
      '1.2.3.4, unknown',
    ];
    for (const [index, text] of texts.entries())
      expect(await countOf(behindOne, '198.51.100.2', text), text).toBe(index + 1);
    expect(await countOf(behindOne, '198.51.100.2')).toBe(texts.length + 1);
    expect(await countOf(behindOne, '198.51.100.3', 'unknown'), 'of another peer').toBe(1);
  });

  it('the right-most address that is no proxy, in one field or several, with ports', async () => {
    const client = '203.0.113.50';
    const ways = [
      [`6.6.6.6, ${client}:1234, 10.1.1.1:999, [2001:db8:f::1]:443`],
      [`6.6.6.7, ${client}`, '10.2.2.2'],
      [client, '::ffff:10.0.0.1, 2001:DB8:F:0:1::%eth1'],
      [`,, ${client} ,,10.0.0.9,`],
    ];
    for (const [index, fields] of ways.entries())
      expect(await countOf(behindRange, '10.0.0.1', fields.join(', ')), String(fields)).toBe(index + 1);
    expect(await countOf(behindRange, '::ffff:10.0.0.1', client)).toBe(ways.length + 1);
    expect(await countOf(behindRange, '203.0.113.51', client), 'a peer that is no proxy').toBe(1);
  });

  it('whoever sends several fields of X-Forwarded-For, over a socket', async () => {
    const { port } = new URL(await behindOne.app.listen({ host: '127.0.0.1', port: 0 }));
    const ask = (fields: string) =>
      new Promise<string>((resolve) => {
        let text = '';
        const socket = connect(Number(port), '127.0.0.1', () =>
          socket.write(`GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${fields}\r\n`),
        );
        socket.on('data', (chunk) => {
          text += chunk;
        });
        socket.on('close', () => resolve(/^ratelimit: .*r=(\d+)/im.exec(text)?.[1] ?? text));
      });
    const seen = [
      await ask('X-Forwarded-For: 203.0.113.90\r\nX-Forwarded-For: 203.0.113.99:1\r\n'),
      await ask('X-Forwarded-For: 203.0.113.91, 203.0.113.99\r\n'),
      await ask('x-forwarded-for: 203.0.113.92\r\nX-FORWARDED-FOR: [::ffff:203.0.113.99]:7\r\n'),
    ];
    expect(seen).toEqual(['999999', '999998', '999997']);
  });

  it('one network without a proxy, too', async () => {
    expect(await countOf(direct, '2001:db8:9:9::1', '1.1.1.1')).toBe(1);
    expect(await countOf(direct, '2001:db8:9:9::2', '2.2.2.2')).toBe(2);
    expect(await countOf(direct, '::ffff:192.0.2.200')).toBe(1);
    expect(await countOf(direct, '192.0.2.200')).toBe(2);
  });
});

describe('counting made-up callers in memory', () => {
  it('takes bounded memory, forgets nobody that it knows, and limits newcomers without keeping them out', () => {
    const count = countInMemory();
    for (let at = 0; at < 50; at++) count('early', 1);
    let most = 0;
    for (let at = 0; at < 300_000; at++) most = Math.max(most, Number(count(`made up ${at}`, 1)));
    expect(most, 'a shared counter stays below the usual quota').toBeLessThan(300);
    for (let at = 0; at < 1_000; at++)
      expect(count(`new ${at}`, 1), 'nobody gets a counter of their own').toBeGreaterThan(1);
    expect(count('early', 1)).toBe(51);
    for (let at = 1; at < 2_000; at++) count('greedy', 1);
    expect(count('greedy', 1)).toBeGreaterThanOrEqual(2_000);
    expect(count('greedy', 2), 'in the next window').toBe(1);
  });
});
