import { isIP } from 'node:net';
import { KaggleError } from './kaggle-error.ts';

/**
 * Says whether an address that Kaggle redirects to may be fetched: its host has to be on the list, with its port
 * unless that is the usual one, and plain http or a host of this network is only for a base that is such itself.
 * @throws {KaggleError} untrusted
 */
export function createHostCheck(base: string, hosts: readonly string[]): (address: URL) => void {
  const home = new URL(base);
  const allowed = new Set(hosts);
  return (address) => {
    const refuse = (why: string) => {
      throw new KaggleError('untrusted', `Kaggle redirects to ${address.host}, ${why}`);
    };
    if (address.protocol !== 'https:' && !(address.protocol === 'http:' && home.protocol === 'http:'))
      refuse('which is not https');
    const atHome = home.protocol === 'http:' && address.hostname === home.hostname;
    if (!atHome && !allowed.has(address.host) && !allowed.has(`${address.hostname}:${portOf(address)}`))
      refuse('which KAGGLE_DOWNLOAD_HOSTS does not name');
    if (isInternal(address.hostname) && !isInternal(home.hostname)) refuse('which is a host of this network');
    if (address.username !== '' || address.password !== '') refuse('with credentials in the address');
  };
}

function portOf({ protocol, port }: URL): string {
  return port || (protocol === 'https:' ? '443' : '80');
}

/** Loopback, names without a domain, cluster names, and addresses given as numbers. */
function isInternal(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) !== 0 || !bare.includes('.') || /\.(svc|local|localhost|internal)$/.test(bare);
}
