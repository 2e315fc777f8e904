import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StoredObject } from './archives.ts';
import { findDataset, pickVersion } from './catalogue.ts';
import { parseRange, sendObject } from './send-object.ts';
import type { State } from './state.ts';

const OBJECT = /^\/kaggle-data-sets\/([^/]+)\/([^/]+)\/(\d+)\/(bundle|compressed|files)\/(.+)$/;

/** The storage origin: signed addresses only, no other credentials, ranges, checksums in headers. */
export async function answerStorage(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const address = new URL(request.url ?? '/', 'http://storage');
  const [, owner = '', slug = '', number, kind = '', rest = ''] = OBJECT.exec(address.pathname) ?? [];
  const ref = `${owner}/${slug}`;
  const { authorization, range = null } = request.headers;
  state.seen.push({
    on: 'storage',
    ref,
    credentials: authorization?.split(' ')[0]?.toLowerCase() ?? null,
    range,
    userAgent: request.headers['user-agent'] ?? null,
    at: Date.now(),
  });
  const effect = state.faults.take('storage', ref);
  if (authorization !== undefined) return refuse(response, 400, 'InvalidArgument');
  const validity = effect?.kind === 'expired' ? 'expired' : state.signer.check(address);
  if (validity !== 'valid')
    return refuse(
      response,
      validity === 'expired' ? 400 : 403,
      validity === 'expired' ? 'ExpiredToken' : 'SignatureDoesNotMatch',
    );
  if (effect?.kind === 'status') {
    response.writeHead(effect.status, { 'content-type': 'application/xml', ...effect.headers });
    response.end('<?xml version="1.0"?><Error><Code>Fault</Code></Error>');
    return;
  }
  if (effect?.kind === 'error-page') {
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<html><body>Sorry, something went wrong</body></html>');
    return;
  }
  if (effect?.kind === 'change-etag') state.replaced.add(address.pathname);
  const object = await find(state, { owner, slug, number: Number(number), kind, rest }).catch(() => null);
  if (object === null) return refuse(response, 404, 'NoSuchKey');
  const etag = state.replaced.has(address.pathname) ? `"replaced-${object.etag.slice(1)}` : object.etag;
  const asked = effect?.kind === 'ignore-range' || changed(request, etag) ? null : range;
  await sendObject(request, response, {
    object,
    range: parseRange(asked, object.size),
    headers: {
      etag,
      'x-goog-generation': String(+object.modifiedAt),
      ...hashes(object, state.settings.checksums),
    },
    effect,
  });
}

function changed({ headers }: IncomingMessage, etag: string): boolean {
  const condition = headers['if-range'];
  return condition !== undefined && condition !== etag;
}

interface Address {
  owner: string;
  slug: string;
  number: number;
  kind: string;
  rest: string;
}

async function find(
  { root, archives, settings }: State,
  { owner, slug, number, kind, rest }: Address,
): Promise<StoredObject> {
  const dataset = await findDataset(root, owner, slug);
  const version = pickVersion(dataset, number);
  if (kind === 'bundle') return archives.bundle(dataset, version, version.archive ?? settings.archive);
  const name = rest.split('/').map(decodeURIComponent).join('/');
  return kind === 'files'
    ? archives.file(dataset, version, name, false)
    : archives.file(dataset, version, name.replace(/\.zip$/, ''), true);
}

function hashes({ md5, crc32c }: StoredObject, kind: State['settings']['checksums']) {
  if (kind === 'none') return {};
  return { 'x-goog-hash': kind === 'both' ? `crc32c=${crc32c},md5=${md5}` : `crc32c=${crc32c}` };
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`);
}
