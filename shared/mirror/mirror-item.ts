import { MirrorRow } from '#shared/data/mirrors.ts';
import { represent } from '#shared/http/representation.ts';

/** A mirror as the API shows it. */
export const mirrorItem = represent<MirrorRow>(MirrorRow.meta({ id: 'Mirror' }));
