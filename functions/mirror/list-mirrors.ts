import * as z from 'zod';
import { countMirrors } from '#shared/data/mirror-overview.ts';
import { MIRROR_STATES } from '#shared/data/mirror-state.ts';
import { listMirrors as readMirrors } from '#shared/data/mirrors.ts';
import { listFunction } from '#shared/http/list-function.ts';
import { text } from '#shared/http/text.ts';
import { mirrorItem } from '#shared/mirror/mirror-item.ts';

const Keys = z.tuple([text(201)]);

export const listMirrors = listFunction({
  name: 'list-mirrors',
  path: '/mirrors',
  summary: 'All mirrors, by reference',
  filters: { state: z.enum(MIRROR_STATES).optional() },
  key: 'mirrors',
  item: mirrorItem,
  more: { counts: z.record(z.string(), z.int()).describe('Mirrors in each state that has any') },
  order: ({ state = null }) => ({ name: `ref ${state}`, keys: Keys }),
  async read({ query: { state = null }, after, limit, db }) {
    return {
      rows: await readMirrors(db, { state, after: after?.[0] ?? null, limit }),
      keysOf: (row) => [row.ref],
      more: { counts: await countMirrors(db) },
    };
  },
});
