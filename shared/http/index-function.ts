import * as z from 'zod';
import { contentEtag } from './content-etag.ts';
import { defineFunction } from './define-function.ts';
import type { Group } from './group.ts';
import { wantsPage } from './negotiate.ts';
import { empty, etag, json, location, vary } from './responses.ts';
import { ok } from './results.ts';

const VARY = { vary: 'Accept' };

/** What the API offers. Browsers go on to `home`, where there are pages for people; null: nowhere. */
export const index = (groups: readonly Group[], home: string | null) =>
  defineFunction({
    name: 'index',
    method: 'GET',
    path: '/',
    summary: 'The endpoints of this API, for browsers a redirect to its pages',
    responses: {
      200: json(
        z.object({ links: z.array(z.object({ href: z.string(), method: z.string(), title: z.string() })) }),
        { headers: [etag, vary] },
      ),
      303: empty({ headers: [location, vary] }),
    },
    handle({ headers }) {
      if (home !== null && wantsPage(headers.accept))
        return { status: 303, headers: { ...VARY, location: home } };
      const routes = groups
        .filter(({ documented }) => documented !== false)
        .flatMap(({ functions, prefixes: [prefix = ''] }) =>
          functions.map(({ method, path, summary }) => ({ href: prefix + path, method, title: summary })),
        );
      const body = JSON.stringify({ links: routes });
      return ok(body, { etag: contentEtag(body), headers: VARY });
    },
  });
