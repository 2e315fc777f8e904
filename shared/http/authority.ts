import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { nothingThere } from './nothing-there.ts';
import { Problem } from './problems.ts';

export interface HostOptions {
  /** Under which this service is reached, without ports; those of the loopback interface are known. */
  names: readonly string[];
  /** It listens on the loopback interface only: a foreign Host is a page that rebound its name (DNS rebinding). */
  onLoopback: boolean;
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
/** RFC 9112, section 3.2: a name or an address, and perhaps a port. */
const HOST = /^(\[[\da-f:.]+\]|[\w.~%!$&'()*+;=-]*)(?::\d*)?$/i;

/** The path of a request-target in absolute form, whose authority takes the place of Host (RFC 9112, section 3.2.2). */
export function toOriginForm({ url = '/', headers }: IncomingMessage): string {
  if (url.startsWith('/')) return url;
  const [, authority, rest = ''] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(url) ?? [];
  if (authority === undefined) return url;
  headers.host = authority;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** Why a request cannot be for this service: its authority is none of ours, nor of the group that it is among. */
export function checkHost(
  { names, onLoopback }: HostOptions,
  { groupOf }: Pick<ReturnType<typeof nothingThere>, 'groupOf'>,
): (request: FastifyRequest) => Problem | undefined {
  const known = new Set([...LOOPBACK, ...names.map((name) => name.toLowerCase())]);
  return (request) => {
    const { raw, url, originalUrl } = request;
    const { host } = request.headers;
    if (host === undefined && raw.httpVersion !== '1.0')
      return new Problem('bad-request', 'The Host header field is missing.');
    if (countHosts(raw.rawHeaders) > 1)
      return new Problem('bad-request', 'The request has more than one Host header field.');
    const [, name] = HOST.exec(host ?? '') ?? [];
    if (name === undefined) return new Problem('bad-request', 'The Host header field is malformed.');
    // Only an absolute form differs from what became of it.
    const isAbsolute = url !== originalUrl;
    // The router would take any first character for the slash. An asterisk is for OPTIONS alone (RFC 9112, section 3.2.4).
    if (!url.startsWith('/') && !(raw.method === 'OPTIONS' && url === '*'))
      return new Problem('bad-request', 'The request target must be a path.');
    if (!isAbsolute && !(onLoopback && name !== '')) return undefined;
    const bare = name.toLowerCase().replace(/\.$/, '');
    if (!known.has(bare) && !groupOf(request)?.hosts?.test(bare))
      return new Problem('misdirected-request', `${name} is not served here. See the setting MIRROR_HOSTS.`);
    return undefined;
  };
}

function countHosts(fields: readonly string[]): number {
  let count = 0;
  for (let at = 0; at < fields.length; at += 2)
    if (fields[at]?.length === 4 && fields[at]?.toLowerCase() === 'host') count += 1;
  return count;
}
