import { SyncRow } from '#shared/data/syncs.ts';
import { represent } from '#shared/http/representation.ts';

/** A sync as the API shows it. */
export const syncItem = represent<SyncRow>(SyncRow.meta({ id: 'Sync' }));
