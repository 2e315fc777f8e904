import * as z from 'zod';
import { CHANGE_TYPES } from '#shared/data/changes.ts';
import { contentEtag } from '#shared/http/content-etag.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { negotiate } from '#shared/http/negotiate.ts';
import { Problem } from '#shared/http/problems.ts';
import { etag, vary } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { decimal } from '#shared/http/text.ts';
import { awaitFeed } from '#shared/mirror/await-feed.ts';
import { Change, parseCursor, writeCursor } from '#shared/mirror/change-item.ts';
import { DatasetParams } from '#shared/mirror/dataset.ts';
import { eventStream } from '#shared/mirror/event-stream.ts';
import type { FeedPage, From } from '#shared/mirror/feed-page.ts';

const LONGEST_WAIT = 50;

const Query = z.strictObject({
  after: z
    .string()
    .max(64)
    .optional()
    .describe('An id or next_cursor; `now` for what comes from here on; absent for the oldest kept'),
  limit: decimal(1, 500).default(100).describe('Maximum number of changes of the page, 100 by default'),
  type: z
    .string()
    .max(1_000)
    .transform((text, context) => typesOf(text, context))
    .optional()
    .describe(`Types of changes, comma-separated: ${CHANGE_TYPES.join(', ')}`),
  dataset_id: DatasetParams.shape.id.optional(),
  wait: decimal(0, LONGEST_WAIT)
    .default(0)
    .describe('Seconds to hold the response until there is a change, at most 20 on AWS Lambda'),
});

const Page = z
  .object({ changes: z.array(Change), next_cursor: z.string().describe('For `after`; never null') })
  .meta({ id: 'Changes' });

const Expired = z.looseObject({ type: z.string(), oldest: z.string().describe('Where to go on') });

const JSON_PAGE = { format: 'json', mediaType: 'application/json' } as const;
const EVENTS = { format: 'events', mediaType: 'text/event-stream' } as const;

export const listChanges = defineFunction({
  name: 'list-changes',
  method: 'GET',
  path: '/changes',
  summary: 'What changed, in commit order: a page, or Server-Sent Events by Accept',
  query: Query,
  responses: {
    200: { content: { [JSON_PAGE.mediaType]: Page, [EVENTS.mediaType]: null }, headers: [etag, vary] },
    410: { content: { 'application/problem+json': Expired }, headers: [] },
  },
  async handle(context) {
    const { query, headers, changes } = context;
    const { format } = negotiate([JSON_PAGE, EVENTS], { format: undefined, accept: headers.accept });
    const { type = null, dataset_id = null, limit } = query;
    const filter = { types: type, datasetId: dataset_id };
    if (format === 'json') {
      const from = fromOf(query.after, { parameter: 'after' });
      const seconds = Math.min(query.wait, changes.longestWait);
      return answer(await awaitFeed(context, from, { ...filter, limit, seconds }));
    }
    const id = headers['last-event-id'];
    const from = id
      ? fromOf(String(id), { header: 'Last-Event-ID' })
      : fromOf(query.after, { parameter: 'after' });
    return eventStream(context, from, filter);
  },
});

function answer({ changes, next }: FeedPage) {
  const text = `{"changes":[${changes.map(({ json }) => json)}],"next_cursor":"${writeCursor(next)}"}`;
  return ok(text, { etag: `W/${contentEtag(text)}`, headers: { vary: 'Accept' } });
}

function fromOf(text: string | undefined, where: { parameter: string } | { header: string }): From {
  if (text === undefined) return 'oldest';
  if (text === 'now') return 'now';
  const id = parseCursor(text);
  if (id !== null) return id;
  const detail = 'is not a cursor of this feed. Leave it out for the oldest change that is kept';
  const [name] = Object.values(where);
  throw new Problem('validation-failed', `${name} ${detail}.`, {
    errors: [{ ...where, code: 'bad-cursor', detail }],
  });
}

function typesOf(text: string, context: z.RefinementCtx) {
  const types = text.split(',').map((name) => CHANGE_TYPES.find((type) => type === name));
  if (types.every((type) => type !== undefined)) return types;
  context.addIssue({
    code: 'custom',
    message: `must be one or more of ${CHANGE_TYPES.join(', ')}`,
    params: { code: 'not-one-of' },
  });
  return z.NEVER;
}
