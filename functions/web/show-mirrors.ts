import * as z from 'zod';
import { MIRROR_STATES } from '#shared/data/mirror-state.ts';
import { text } from '#shared/http/text.ts';
import { volumeSpace } from '#shared/mirror/volume-space.ts';
import { address } from '#web/addresses.ts';
import { pageFunction } from '#web/page-function.ts';

const PAGE = 100;

export const showMirrors = pageFunction({
  name: 'show-mirrors',
  path: '/mirrors',
  summary: 'All mirrors, and the volume',
  query: z.strictObject({ state: z.enum(MIRROR_STATES).optional(), after: text(201).default('') }),
  async render({ path, query: { state = null, after }, db, volume, schedule, may }) {
    const { countMirrors, overviewMirrors } = await import('#shared/data/mirror-overview.ts');
    const found = await overviewMirrors(db, { state, after, limit: PAGE + 1 });
    const mirrors = found.slice(0, PAGE);
    const last = found.length > PAGE ? mirrors.at(-1) : undefined;
    const { mirrorsPage } = await import('#web/pages/mirrors.ts');
    return mirrorsPage({
      mirrors,
      counts: await countMirrors(db),
      state,
      volume: await volumeSpace(volume.root),
      next: last ? address(path, { state, after: last.ref }) : null,
      schedule,
      mayWrite: may('write'),
    });
  },
});
