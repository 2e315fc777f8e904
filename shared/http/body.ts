import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Dialect } from './dialect.ts';
import { Problem } from './problems.ts';

/** Has the routes of `scope` take bodies of the dialect's media types; others are 415, unless they are empty. */
export function acceptBodies(scope: FastifyInstance, { bodyTypes, bodyHint, readBody }: Dialect): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    bodyTypes,
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      if (body.length === 0) return undefined;
      refuseEncodings(request);
      return readBody(body);
    },
  );
  // Clients send a media type with no body, too: `curl -X POST -d ''` says that it is a form.
  scope.addContentTypeParser('*', async ({ headers }: FastifyRequest) => {
    if (headers['content-length'] === '0') return undefined;
    throw new Problem('unsupported-media-type', bodyHint);
  });
}

/** RFC 9110, section 15.5.16: the response says which codings are taken. */
function refuseEncodings({ headers }: FastifyRequest): void {
  const coding = headers['content-encoding'];
  if (coding === undefined || /^identity$/i.test(coding)) return;
  throw new Problem('unsupported-media-type', 'Send the body without a Content-Encoding.', {
    headers: { 'accept-encoding': 'identity' },
  });
}

/** A merge patch means something to PATCH only. */
export function refuseMergePatch(contentType: string | undefined, { bodyHint }: Dialect): void {
  if (contentType !== undefined && /^application\/merge-patch\+json/i.test(contentType))
    throw new Problem('unsupported-media-type', bodyHint);
}
