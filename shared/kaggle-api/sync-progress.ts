import { LAST_POSITION } from '#shared/data/last-position.ts';
import type { SyncRow } from '#shared/data/syncs.ts';

/** How far a sync is, for people: `43 % downloaded, sync 7`. */
export function progressOf(sync: SyncRow | null): string {
  if (sync === null) return 'queued';
  const { id, state, phase, bytes_done: done, bytes_total: total, queue_position: position } = sync;
  const share = phase === 'download' && total ? `${Math.floor((100 * done) / total)} % downloaded` : null;
  const place =
    position === null
      ? null
      : `queued at place ${position}${position < LAST_POSITION ? '' : ' or further back'}`;
  return `${share ?? place ?? phase ?? state}, sync ${id}`;
}
