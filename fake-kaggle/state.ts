import * as z from 'zod';
import type { Archives } from './archives.ts';
import type { Faults } from './faults.ts';
import type { Signer } from './signed-url.ts';

/** What can be changed while the fake runs. */
export const Settings = z.strictObject({
  archive: z.enum(['zip', 'tar.gz']).default('zip'),
  /** What x-goog-hash holds; composite objects carry crc32c alone. */
  checksums: z.enum(['both', 'crc32c', 'none']).default('both'),
  /** Single files of at least this many bytes come in a zip of their own name. */
  zipFilesFrom: z.int().min(0).default(65_536),
});
export type Settings = z.output<typeof Settings>;

/** One request that came, to whichever origin. */
export interface Seen {
  /** An RPC method, or `storage`. */
  on: string;
  ref: string;
  /** bearer, basic, or null when anonymous. */
  credentials: string | null;
  range: string | null;
  userAgent: string | null;
  at: number;
}

export interface State {
  root: string;
  settings: Settings;
  faults: Faults;
  archives: Archives;
  signer: Signer;
  seen: Seen[];
  /** Objects whose ETag was changed by a fault. */
  replaced: Set<string>;
  storagePort: number;
}
