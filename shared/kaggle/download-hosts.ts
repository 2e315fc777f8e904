import { isIP } from 'node:net';
import { KaggleError } from './errors.ts';

/**
 * Says whether an address that Kaggle redirects to may be fetched: its host has to be on the list, and plain
 * http or a host of this network is only for a base that is such itself.
 * @throws {KaggleError} untrusted
 */
export function createHostCheck(base: string, hosts: readonly string[]): (address: URL) => void {
  const home = new URL(base);
  const allowed = new Set(home.protocol === 'http:' ? [...hosts, home.hostname] : hosts);
  return (address) => {
    const refuse = (why: string) => {
      throw new KaggleError('untrusted', `Kaggle redirects to ${address.host}, ${why}`);
    };
    if (address.protocol !== 'https:' && !(address.protocol === 'http:' && home.protocol === 'http:'))
      refuse('which is not https');
    if (!allowed.has(address.hostname) && !allowed.has(address.host))
      refuse('which KAGGLE_DOWNLOAD_HOSTS does not name');
    if (isInternal(address.hostname) && !isInternal(home.hostname)) refuse('which is a host of this network');
    if (address.username !== '' || address.password !== '') refuse('with credentials in the address');
  };
}

/** Loopback, names without a domain, cluster names, and addresses given as numbers. */
function isInternal(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) !== 0 || !bare.includes('.') || /\.(svc|local|localhost|internal)$/.test(bare);
}
