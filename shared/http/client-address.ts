import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** `address`, `address:port`, `[address]` and `[address]:port`, as proxies write them into X-Forwarded-For. */
const IPV4 = /^"?([\d.]+)(?::[\w.-]+)?"?$/;
const IPV6 = /^"?(?:\[([\da-f:.]+)(?:%[^\]]*)?\](?::[\w.-]+)?|([\da-f:.]+)(?:%.*)?)"?$/i;
/** Leading groups of what stands for an IPv4 address: mapped (RFC 4291), and translated (RFC 6052). */
const AS_IPV4 = ['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0'];

/**
 * Who counts as one client: an IPv4 address, or the /64 of an IPv6 address, which is what a network gives to one of its
 * users. Each has one spelling. Null for what is no address.
 */
export function clientNetwork(text: string): string | null {
  const address = parseAddress(text);
  if (address === null || typeof address === 'string') return address;
  return `${address.slice(0, 4).join(':')}::/64`;
}

/** Whether a hop on the way of a request is a proxy of ours: the first so many, or those of some networks. */
export function trustOf(
  proxies: number | readonly string[] | false,
): false | ((address: string, hop: number) => boolean) {
  if (proxies === false) return false;
  // Fastify takes no number of proxies, as whoever reaches it directly could pretend to be behind as many.
  if (typeof proxies === 'number') return (_address, hop) => hop < proxies;
  const networks = new BlockList();
  for (const range of proxies) {
    const [network = '', bits] = range.split('/');
    const family = isIPv4(network) ? 'ipv4' : 'ipv6';
    networks.addSubnet(network, Number(bits ?? (family === 'ipv4' ? 32 : 128)), family);
  }
  return (text) => {
    const address = parseAddress(text);
    if (address === null) return false;
    return typeof address === 'string' ? networks.check(address) : networks.check(address.join(':'), 'ipv6');
  };
}

/** An IPv4 address as text, the eight groups of an IPv6 address, or null. */
function parseAddress(text: string): string | string[] | null {
  const [, ipv4 = ''] = IPV4.exec(text) ?? [];
  if (isIPv4(ipv4)) return ipv4;
  const [, bracketed, plain = ''] = IPV6.exec(text) ?? [];
  const ipv6 = bracketed ?? plain;
  if (!isIPv6(ipv6)) return null;
  const groups = groupsOf(ipv6);
  if (!AS_IPV4.includes(groups.slice(0, 6).join(':'))) return groups;
  const [high = 0, low = 0] = groups.slice(6).map((group) => Number.parseInt(group, 16));
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

/** Lower case, without leading zeros, and nothing left out. */
function groupsOf(address: string): string[] {
  const [head = [], tail = []] = address.split('::').map((part) =>
    part
      .split(':')
      .filter((group) => group !== '')
      .flatMap(hextets),
  );
  return [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail];
}

/** One group, or the two of an IPv4 address at the end. */
function hextets(group: string): string[] {
  const [a, b, c, d] = group.split('.').map(Number);
  if (b === undefined) return [Number.parseInt(group, 16).toString(16)];
  return [Number(a) * 256 + b, Number(c) * 256 + Number(d)].map((value) => value.toString(16));
}
