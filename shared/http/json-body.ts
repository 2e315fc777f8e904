import type { FastifyInstance } from 'fastify';
import { Problem } from './problems.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** JSON in UTF-8 (RFC 8259, section 8.1) is the only body that is taken; all else is 415. */
export function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    /^application\/(merge-patch\+)?json\s*(;\s*charset="?utf-8"?\s*)?$/i,
    { parseAs: 'buffer' },
    async (_request: unknown, body: Buffer) => (body.length === 0 ? undefined : parse(body)),
  );
}

/** A merge patch means something to PATCH only. */
export function refuseMergePatch(contentType: string | undefined): void {
  if (contentType !== undefined && /^application\/merge-patch\+json/i.test(contentType))
    throw new Problem('unsupported-media-type', 'Send the body as application/json in UTF-8.');
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message.split(' (line', 1)[0] : 'it is not UTF-8';
    throw new Problem('malformed-json', `The body cannot be read as JSON: ${reason}.`);
  }
}
