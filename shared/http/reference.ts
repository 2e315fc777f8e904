import { hash } from 'node:crypto';
import * as z from 'zod';
import { defineFunction, type FunctionDefinition } from './define-function.ts';
import type { Group } from './group.ts';
import { loadGroups } from './load-groups.ts';
import type { Edition } from './openapi.ts';
import type { OpenApi } from './openapi-document.ts';
import { bytes, etag, json, vary } from './responses.ts';
import { ok, type Result } from './results.ts';

/** Makes the page about an API, once, for those who take these codings. */
export type Docs = (document: OpenApi) => Promise<(accepted: string | string[] | undefined) => Result>;

/**
 * The API about itself: /openapi.json and the page /docs. `groups` is all of it, these two included. Both are made at the first request for them, and so is
 * the code that makes them loaded: a cold start for data pays for neither.
 */
export function referenceFunctions(
  groups: readonly Group[],
  { docs, ...edition }: Edition & { docs: Docs },
): FunctionDefinition[] {
  const document = once(async () => {
    const [{ openApi }, loaded] = await Promise.all([import('./openapi.ts'), loadGroups(groups)]);
    const body = openApi(loaded, edition);
    return { body, etag: etagOf(JSON.stringify(body)) };
  });
  const page = once(async () => docs((await document()).body));
  const openapiJson = defineFunction({
    name: 'openapi',
    method: 'GET',
    path: '/openapi.json',
    summary: 'This API as an OpenAPI 3.1 document',
    responses: { 200: json(z.looseObject({ openapi: z.string() }), { headers: [etag] }) },
    handle: async () => {
      const { body, etag: tag } = await document();
      return ok(body, { etag: tag });
    },
  });
  const docsPage = defineFunction({
    name: 'docs',
    method: 'GET',
    path: '/docs',
    summary: 'This API as a page with forms to try it',
    responses: { 200: bytes('text/html', { headers: [etag, vary] }) },
    handle: async ({ headers }) => (await page())(headers['accept-encoding']),
  });
  return [openapiJson, docsPage];
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function etagOf(text: string): string {
  return `"${hash('sha256', text, 'base64url')}"`;
}
