import * as z from 'zod';
import { MIRROR_STATES } from '#shared/data/mirror-state.ts';
import { Mirror, listMirrors as readMirrors } from '#shared/data/mirrors.ts';
import { contentEtag } from '#shared/http/content-etag.ts';
import { parseCursor } from '#shared/http/cursor.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { page, pageQuery } from '#shared/http/page.ts';
import { text } from '#shared/http/text.ts';

const Keys = z.tuple([text(201)]);

export const listMirrors = defineFunction({
  name: 'list-mirrors',
  method: 'GET',
  path: '/mirrors',
  summary: 'All mirrors, by reference',
  query: z.strictObject({ ...pageQuery, state: z.enum(MIRROR_STATES).optional() }),
  responses: { 200: z.object({ mirrors: z.array(Mirror), next_cursor: z.string().nullable() }) },
  async handle({ query, path, db }) {
    const { limit, cursor, state = null } = query;
    const sort = `ref ${state}`;
    const after = cursor === undefined ? null : parseCursor(sort, cursor, Keys)[0];
    const rows = await readMirrors(db, { state, after, limit: limit + 1 });
    return page({
      path,
      query,
      rows,
      name: 'mirrors',
      present: (row) => row,
      sort,
      keysOf: (row) => [row.ref],
      versionOf: contentEtag,
    });
  },
});
